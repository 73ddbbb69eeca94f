package report

import (
	"fmt"

	"mambamixer/plots"
)

// drawCourses adds, for each data set, the training losses of entries, over seeds, with what a task's loss is made of. What was
// not run is left out.
func (s *Section) drawCourses(t telling, entries []*entry) {
	var sets []string
	figures := map[string]*plots.Bands{}
	for _, e := range entries {
		if !e.filled() || len(e.Runs[0].Curve) == 0 {
			continue
		}
		if figures[e.Data] == nil {
			figures[e.Data] = &plots.Bands{Title: e.named, Unit: t.loss}
			sets = append(sets, e.Data)
		}
		band := plots.Band{Name: e.Row}
		for _, run := range e.Runs {
			var losses plots.Series
			for _, point := range run.Curve {
				losses.Steps, losses.Y = append(losses.Steps, point.Step), append(losses.Y, point.Loss)
			}
			band.Seeds = append(band.Seeds, losses)
		}
		figures[e.Data].Curves = append(figures[e.Data].Curves, band)
	}
	for _, set := range sets {
		p, err := plots.SeedBands(*figures[set])
		s.draw("courses-"+set, fmt.Sprintf("%s: the training loss over the steps, %s, with augmentation, the mean since the point before.", figures[set].Title, t.lossOf), plots.Tall, p, err)
	}
}

package report

import (
	"fmt"
	"slices"

	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// drawCourses adds, for each data set, the training losses of entries, over seeds, with what a task's loss is made of. What was
// not run is left out.
func (s *Section) drawCourses(t telling, entries []*entry) {
	s.drawCurves(t.loss, "the training loss over the steps", t.lossOf, entries, (*entry).losses)
}

// drawCoursesApart adds, for each data set, how far the training losses of variants are from those of the reference with the same seed:
// side by side the curves of variants would lie on each other.
func (s *Section) drawCoursesApart(t telling, entries []*entry) {
	base := slices.IndexFunc(entries, func(e *entry) bool { return e.isReference() && e.filled() })
	if base < 0 {
		return
	}
	reference := entries[base].losses()
	s.drawCurves(t.loss+" less the reference's", "how far the training loss is from the reference's at the same step with the same seed, below 0 is lower", t.lossOf, entries,
		func(e *entry) []plots.Series {
			if e.isReference() {
				return nil
			}
			var apart []plots.Series
			own := e.losses()
			for i, run := range e.Runs {
				at := slices.IndexFunc(entries[base].Runs, func(r *result.Record) bool { return r.Seed == run.Seed })
				if at < 0 {
					continue
				}
				apart = append(apart, less(own[i], reference[at]))
			}
			return apart
		})
}

// less is the difference of two courses at the steps that both have.
func less(a, b plots.Series) plots.Series {
	var d plots.Series
	for i, step := range a.Steps {
		if at := slices.Index(b.Steps, step); at >= 0 {
			d.Steps, d.Y = append(d.Steps, step), append(d.Y, a.Y[i]-b.Y[at])
		}
	}
	return d
}

// losses are the courses of the training, one for each run.
func (e *entry) losses() []plots.Series {
	var all []plots.Series
	for _, run := range e.Runs {
		var losses plots.Series
		for _, point := range run.Curve {
			losses.Steps, losses.Y = append(losses.Steps, point.Step), append(losses.Y, point.Loss)
		}
		all = append(all, losses)
	}
	return all
}

// drawCurves adds, for each data set, a curve over seeds for each entry that has one.
func (s *Section) drawCurves(axis, what, lossOf string, entries []*entry, curves func(*entry) []plots.Series) {
	var sets []string
	figures := map[string]*plots.Bands{}
	for _, e := range entries {
		if !e.filled() || len(e.Runs[0].Curve) == 0 {
			continue
		}
		band := plots.Band{Name: e.Row, Seeds: curves(e)}
		if len(band.Seeds) == 0 {
			continue
		}
		if figures[e.Data] == nil {
			figures[e.Data] = &plots.Bands{Title: e.named, Unit: axis}
			sets = append(sets, e.Data)
		}
		figures[e.Data].Curves = append(figures[e.Data].Curves, band)
	}
	for _, set := range sets {
		p, err := plots.SeedBands(*figures[set])
		s.draw("courses-"+set, fmt.Sprintf("%s: %s. The loss is %s, with augmentation, the mean since the point before.", figures[set].Title, what, lossOf), plots.Tall, p, err)
	}
}

package ap

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sort"

	"mambamixer/datasets/mask"
)

// MostGuesses is how many guesses count of a class in a picture, those of the highest scores.
const MostGuesses = 100

// Truth is an object in a picture.
type Truth struct {
	Picture, Class int
	Box            mask.Box
	Mask           *mask.Mask
	Area           float64 // pixels; tells small objects from large ones
	Crowd          bool    // what overlaps it is neither right nor wrong
}

// Guess is what a detector takes for an object.
type Guess struct {
	Picture, Class int
	Score          float64
	Box            mask.Box
	Mask           *mask.Mask // of the picture's size
}

// Kind says what overlaps.
type Kind int

// The kinds.
const (
	Boxes Kind = iota
	Masks
)

// Scores are mean average precisions from 0 to 1, NaN where there is no object: over all thresholds of the overlap, at 0.50 and at
// 0.75, and over all thresholds for objects below 32² pixels, up to 96², and above.
type Scores struct{ AP, AP50, AP75, Small, Medium, Large float64 }

// thresholds of the overlap, and recalls at which the precision is read.
var thresholds, recalls = spaced(0.5, 0.95, 10), spaced(0, 1, 101)

// spaced are n numbers from first to last, rounded as NumPy rounds them: what is as good as a threshold counts.
func spaced(first, last float64, n int) []float64 {
	list := make([]float64, n)
	step := (last - first) / float64(n-1)
	for i := range list {
		list[i] = float64(float64(i)*step) + first
	}
	list[n-1] = last
	return list
}

// span is a range of areas, with both ends.
type span struct{ least, most float64 }

var anyArea = span{0, 1e10}

// Evaluate scores guesses in the pictures that they name. Pictures without objects count too: what is guessed there is wrong.
func Evaluate(kind Kind, truths []Truth, guesses []Guess) Scores {
	classes := map[int]bool{}
	for _, t := range truths {
		classes[t.Class] = true
	}
	all := make([]*matches, 0, len(classes))
	for class := range classes {
		all = append(all, newMatches(kind, class, truths, guesses))
	}
	slices.SortFunc(all, func(a, b *matches) int { return a.class - b.class })
	mean := func(area span, thresholds ...float64) float64 {
		sum, n := 0.0, 0
		for _, m := range all {
			for _, t := range thresholds {
				if p := m.precision(t, area); !math.IsNaN(p) {
					sum, n = sum+p, n+1
				}
			}
		}
		return sum / float64(n)
	}
	return Scores{
		AP: mean(anyArea, thresholds...), AP50: mean(anyArea, 0.5), AP75: mean(anyArea, 0.75),
		Small:  mean(span{0, 32 * 32}, thresholds...),
		Medium: mean(span{32 * 32, 96 * 96}, thresholds...),
		Large:  mean(span{96 * 96, anyArea.most}, thresholds...),
	}
}

// matches are a class's objects and guesses, by picture.
type matches struct {
	class    int
	pictures []picture
}

type picture struct {
	truths   []Truth
	guesses  []Guess // by falling score
	areas    []float64
	overlaps [][]float64 // of each guess with each object
}

func newMatches(kind Kind, class int, truths []Truth, guesses []Guess) *matches {
	by := map[int]*picture{}
	at := func(i int) *picture {
		if by[i] == nil {
			by[i] = &picture{}
		}
		return by[i]
	}
	for _, t := range truths {
		if t.Class == class {
			p := at(t.Picture)
			p.truths = append(p.truths, t)
		}
	}
	for _, g := range guesses {
		if g.Class == class {
			p := at(g.Picture)
			p.guesses = append(p.guesses, g)
		}
	}
	m := &matches{class: class}
	for _, i := range slices.Sorted(maps.Keys(by)) {
		p := by[i]
		slices.SortStableFunc(p.guesses, func(a, b Guess) int { return cmp.Compare(b.Score, a.Score) })
		p.guesses = p.guesses[:min(len(p.guesses), MostGuesses)]
		for _, g := range p.guesses {
			area := g.Box.Area()
			if kind == Masks {
				area = float64(g.Mask.Area())
			}
			row := make([]float64, len(p.truths))
			for j, t := range p.truths {
				if kind == Masks {
					row[j] = mask.IoU(g.Mask, t.Mask, t.Crowd)
				} else {
					row[j] = mask.BoxIoU(g.Box, t.Box, t.Crowd)
				}
			}
			p.areas, p.overlaps = append(p.areas, area), append(p.overlaps, row)
		}
		m.pictures = append(m.pictures, *p)
	}
	return m
}

// verdict is what became of a guess that counts.
type verdict struct {
	score float64
	right bool
}

// precision is the average precision at a threshold, of objects in a range of areas; NaN if there are none.
func (m *matches) precision(threshold float64, area span) float64 {
	var verdicts []verdict
	objects := 0
	for _, p := range m.pictures {
		list, n := p.judge(threshold, area)
		verdicts, objects = append(verdicts, list...), objects+n
	}
	if objects == 0 {
		return math.NaN()
	}
	slices.SortStableFunc(verdicts, func(a, b verdict) int { return cmp.Compare(b.score, a.score) })
	recall, precision := make([]float64, len(verdicts)), make([]float64, len(verdicts))
	right := 0
	for i, v := range verdicts {
		if v.right {
			right++
		}
		recall[i], precision[i] = float64(right)/float64(objects), float64(right)/float64(i+1)
	}
	for i := len(precision) - 2; i >= 0; i-- {
		precision[i] = max(precision[i], precision[i+1])
	}
	sum := 0.0
	for _, least := range recalls {
		if at := sort.SearchFloat64s(recall, least); at < len(precision) {
			sum += precision[at]
		}
	}
	return sum / float64(len(recalls))
}

// judge gives the verdicts on the picture's guesses that count, and the number of objects that do. An object outside the range of areas
// and a crowd don't count, nor does a guess that is given such a one, nor one that is given none and is itself outside the range.
func (p *picture) judge(threshold float64, area span) (verdicts []verdict, objects int) {
	ignored := make([]bool, len(p.truths))
	var order []int // objects that count first
	for _, skip := range []bool{false, true} {
		for j, t := range p.truths {
			if ignored[j] = t.Crowd || t.Area < area.least || t.Area > area.most; ignored[j] == skip {
				order = append(order, j)
			}
		}
	}
	claimed := make([]bool, len(p.truths))
	for i, g := range p.guesses {
		best, overlap := -1, min(threshold, 1-1e-10)
		for _, j := range order {
			if claimed[j] && !p.truths[j].Crowd {
				continue
			}
			if best >= 0 && !ignored[best] && ignored[j] {
				break
			}
			if p.overlaps[i][j] >= overlap {
				best, overlap = j, p.overlaps[i][j]
			}
		}
		switch {
		case best >= 0:
			claimed[best] = true
			if !ignored[best] {
				verdicts = append(verdicts, verdict{g.Score, true})
			}
		case p.areas[i] >= area.least && p.areas[i] <= area.most:
			verdicts = append(verdicts, verdict{g.Score, false})
		}
	}
	for _, skip := range ignored {
		if !skip {
			objects++
		}
	}
	return verdicts, objects
}

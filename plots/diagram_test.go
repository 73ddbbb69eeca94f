package plots

import (
	"fmt"
	"strings"
	"testing"

	"mambamixer/mixer/structure"
)

// shape has sizes, 0 for one that is not known.
func shape(letters string, sizes ...int) (s structure.Shape) {
	for i, size := range sizes {
		s = append(s, structure.Axis{Name: letters[i : i+1], Size: size})
	}
	return s
}

func part(kind structure.Kind, name, note string, inner ...structure.Part) structure.Part {
	return structure.Part{Kind: kind, Name: name, Note: note, Output: shape("BLD", 0, 64, 16), Parts: inner}
}

// mixing is what a selective mixer with so many scans is made of.
func mixing(scans int) []structure.Part {
	scan := part(structure.Sum, "", "")
	for i := range scans {
		way := []structure.Part{part(structure.Conv, "Conv", "4 taps"), part(structure.Scan, "S6", "N = 16")}
		if i%2 == 1 {
			flip := part(structure.Move, "Flip", "along L")
			way = []structure.Part{flip, way[0], way[1], flip}
		}
		scan.Parts = append(scan.Parts, part(structure.Series, "", "", way...))
	}
	values := part(structure.Series, "", "", part(structure.Activation, "SiLU", ""), scan)
	if scans == 1 {
		values = scan.Parts[0]
	}
	return []structure.Part{part(structure.Norm, "Norm", "over D"), part(structure.Linear, "Linear", "16 → 2 × 32"),
		part(structure.Product, "", "", values, part(structure.Activation, "SiLU", "gate")), part(structure.Linear, "Linear", "32 → 16")}
}

// stack has layers of two mixers; the averages leave one of the weights out.
func stack(layers int, without string, residual bool) structure.Part {
	s := part(structure.Stack, "", "")
	for i := range 2 * layers {
		kind, weights := structure.Token, []string{"alpha", "beta"}
		if i%2 == 1 {
			kind, weights = structure.Channel, []string{"theta", "gamma"}
		}
		m := part(kind, string(kind)+" mixer", "selective", mixing(1+i%3)...)
		m.Group, m.Residual = fmt.Sprintf("layer %d", i/2+1), residual
		m.Params = []structure.Param{{Path: "weights", Dims: shape("LD", 64, 16*(i+1))}}
		m.Input = terms(i, weights, without)
		s.Parts = append(s.Parts, m)
	}
	if without == "all" {
		return s
	}
	output := part(structure.Average, "weighted average", "")
	output.Input = terms(2*layers, []string{"alpha", "beta"}, without)
	s.Parts = append(s.Parts, output)
	return s
}

func terms(n int, weights []string, without string) (list []structure.Term) {
	for source := range n + 1 {
		for parity, weight := range weights {
			if weight != without && without != "all" && (source == 0 || (source+1)%2 == parity) {
				list = append(list, structure.Term{Source: source, Weight: weight})
			}
		}
	}
	return list
}

func TestDiagram(t *testing.T) {
	embedding := part(structure.Linear, "Embedding", "16 → 16")
	embedding.Params = []structure.Param{{Path: "embedding", Dims: shape("pD", 16, 16)}}
	history := part(structure.Tensor, "History", "")
	history.Output = shape("BL", 0, 512)
	whole := part(structure.Series, "model", "", history, part(structure.Norm, "Norm", "mean and scale taken out"), embedding,
		part(structure.Dropout, "Dropout", "0.2"), stack(3, "beta", false), part(structure.Stack, "", ""), stack(1, "all", true), part(structure.Tensor, "Forecast", ""))
	for name, d := range map[string]Drawing{
		"diagram":        {Title: "A model with averages, then plain residuals", Model: whole},
		"diagram_stacks": {Title: "Stacks as boxes", Model: whole, Detail: Stacks},
		"diagram_inside": {Title: "Mixers with one and two scans", Model: stack(1, "", false), Detail: Insides},
		"diagram_wide":   {Title: "Residuals inside, three scans", Model: stack(2, "gamma", true), Detail: Insides},
	} {
		p, err := Diagram(d)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, d.Size(), p)
	}
}

// TestDiagramHasNoOverlaps lays models of many shapes out and looks for parts that would not fit.
func TestDiagramHasNoOverlaps(t *testing.T) {
	for layers := 1; layers <= 12; layers++ {
		for _, detail := range []Detail{Mixers, Insides} {
			s, err := Drawing{Model: stack(layers, "", false), Detail: detail}.sheet()
			if err != nil {
				t.Fatal(err)
			}
			if notes := s.left() + boxWidth + shapeRoom; detail == Mixers && notes > s.room-60 {
				t.Errorf("%d layers: the notes beside the boxes begin at %v of %v", layers, notes, s.room)
			}
			for _, m := range s.rows[0].mixers {
				if m.flow != nil && s.left()+2*flowPad+overhang+m.flow.wide > s.room {
					t.Errorf("%d layers: the inside of a mixer is %v wide", layers, m.flow.wide)
				}
			}
		}
	}
}

func TestDiagramRefuses(t *testing.T) {
	future := stack(1, "", false)
	future.Parts[0].Input = []structure.Term{{Source: 2, Weight: "alpha"}}
	for want, model := range map[string]structure.Part{
		"has no parts": part(structure.Stack, "model", ""),
		"the token mixer adds up output 2, but there are outputs 0 to 0 before it": future,
	} {
		d := Drawing{Model: model}
		if _, err := Diagram(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
		if d.Size() != Wide {
			t.Errorf("the size of what can't be drawn is %v", d.Size())
		}
	}
}

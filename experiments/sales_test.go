package experiments

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/m5"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
	"mambamixer/mixer/baseline"
	"mambamixer/mixer/tsm2"
)

// told is a forecaster that gives back what it is told: the price of each series on each day of the horizon, plus a tenth on
// days of food stamps, plus a hundredth for the second state.
type told struct{}

func (told) Validate(history, horizon, variates int) error { return nil }

func (told) Forecast(_ *model.Scope, x *Node, horizon int) *Node {
	return BroadcastToDims(ScalarZero(x.Graph(), x.DType()), x.Shape().Dim(0), horizon, x.Shape().Dim(2))
}

func (told) ForecastKnowing(_ *model.Scope, x *Node, known tsm2.Known, horizon int) *Node {
	future := SliceAxis(known.Future, 2, AxisRangeToEnd(-horizon)) // [B, M, H, C]
	column := func(from int) *Node { return Squeeze(SliceAxis(future, 3, AxisElem(from)), 3) }
	y := Add(column(-1), MulScalar(column(-2), 0.1))
	second := SliceAxis(known.Static, 2, AxisRange(1, 2)) // [B, M, 1]
	return Transpose(Add(y, MulScalar(second, 0.01)), 1, 2)
}

// onShops makes a spec of a model on the generated sales.
func onShops(m Forecaster, sales Sales) Spec {
	return Spec{Name: "test/shops/28", Kind: "test", Model: m, Data: Data{Set: m5.Generated, History: 35, Horizon: 28, Sales: &sales}}
}

// demandScores evaluates an untrained model on validation or test days.
func demandScores(t *testing.T, spec Spec, of func(*train.Problem) train.Range) train.Score {
	t.Helper()
	task, err := newDemand(spec, m5.Generate())
	if err != nil {
		t.Fatal(err)
	}
	problem, err := task.problem(context.Background(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer problem.Close()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	score, err := train.Evaluate(context.Background(), b, problem, nil, of(problem), 1)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

func valRange(p *train.Problem) train.Range  { return p.Val }
func testRange(p *train.Problem) train.Range { return p.Test }

// The graph's WRMSSE is that of package m5, on both horizons, and a model is told what belongs to the days and series that it
// forecasts.
func TestWeightedError(t *testing.T) {
	s := m5.Generate()
	known := s.Known(s.Val)
	bottom := s.Measures(s.Val)[11]
	n := len(s.Stores) * len(s.Items)
	for _, test := range []struct {
		name   string
		spec   Spec
		origin int
		of     func(*train.Problem) train.Range
		value  func(day, store, item int) float64 // in units
	}{
		{"repeat, test", onShops(baseline.Repeat{}, Sales{}), s.Test, testRange,
			func(_, store, item int) float64 { return float64(s.UnitsAt(s.Test-1, store, item)) }},
		{"last week, validation", onShops(baseline.Seasonal{Period: 7}, Sales{}), s.Val, valRange,
			func(day, store, item int) float64 { return float64(s.UnitsAt(s.Val-7+day%7, store, item)) }},
		{"told, test", onShops(told{}, Sales{Static: true, Future: true}), s.Test, testRange, func(day, store, item int) float64 {
			at := s.Test + day
			v := float64(known.Price[at*n+store*len(s.Items)+item]) + 0.1*float64(known.SNAP[at*len(s.Stores)+store])
			if s.Stores[store].State == "S" {
				v += 0.01
			}
			return v * math.Sqrt(bottom.Scale[store*len(s.Items)+item])
		}},
	} {
		var forecast []float32
		squares := 0.0
		for day := range s.Horizon {
			for store := range s.Stores {
				for item := range s.Items {
					v := test.value(day, store, item)
					forecast = append(forecast, float32(v))
					missed := v - float64(s.UnitsAt(test.origin+day, store, item))
					squares += missed * missed / bottom.Scale[store*len(s.Items)+item] / float64(s.Horizon*n)
				}
			}
		}
		want, err := s.WRMSSE(test.origin, forecast)
		if err != nil {
			t.Fatal(err)
		}
		score := demandScores(t, test.spec, test.of)
		if math.Abs(score.Values[0]-want) > 1e-5*want || math.Abs(score.Values[1]-squares) > 1e-5*squares || score.Count != 1 {
			t.Errorf("%s: WRMSSE %v and MSE %v on %d windows, want %v and %v", test.name, score.Values[0], score.Values[1], score.Count, want, squares)
		}
	}
}

// A forecast below nothing counts as nothing.
func TestSalesAreNotBelowZero(t *testing.T) {
	s := m5.Generate()
	zero, err := s.WRMSSE(s.Test, make([]float32, s.Horizon*len(s.Stores)*len(s.Items)))
	if err != nil {
		t.Fatal(err)
	}
	if got := demandScores(t, onShops(negative{}, Sales{}), testRange).Values[0]; math.Abs(got-zero) > 1e-5 {
		t.Errorf("WRMSSE %v, want that of nothing, %v", got, zero)
	}
}

// negative forecasts -1.
type negative struct{ told }

func (negative) ForecastKnowing(scope *model.Scope, x *Node, _ tsm2.Known, horizon int) *Node {
	return AddScalar(told{}.Forecast(scope, x, horizon), -1)
}

func TestDemandRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*Spec)
		says   string
	}{
		{func(s *Spec) { s.Model = baseline.NLinear{}; s.Kind = "NLinear" }, "NLinear takes nothing but the history; set data.sales.static and data.sales.future to false"},
		{func(s *Spec) { s.Data.Fold = 2 }, "data.fold is 2, but sales have one horizon to select by"},
		{func(s *Spec) { s.Data.Horizon = 14 }, "data.horizon is 14, but the error of shops is defined over 28 days"},
		{func(s *Spec) { s.Data.History = 660 }, "shops has 674 days to train on, which is 0 windows of history 660 and horizon 28"},
		{func(s *Spec) { s.Data.History = 3 }, "longer than the history"},
		{func(s *Spec) { s.Train.BatchSize = 1000 }, "take a shorter history or a smaller train.batch_size"},
	} {
		spec := find(t, "tsm2/shops/28")
		test.change(&spec)
		if _, err := newDemand(spec, m5.Generate()); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v; want %q", err, test.says)
		}
	}
	if _, err := LoadSet("M5-280", nil); err == nil || !strings.Contains(err.Error(), "is a set of sales") {
		t.Errorf("%v", err)
	}
}

// What an entry of TSM2 varies is what sets its spec apart from the reference; the others are told nothing but the history.
func TestTable6Varies(t *testing.T) {
	reference := find(t, "tsm2/shops/28")
	for _, entry := range table6().On(m5.Generated) {
		if entry.Section == "TSM2" && !sameContent(variant(reference, "x", "x", entry.Varies), entry.Spec) {
			t.Errorf("%s: %v is not all that varies in %s", entry.Row, entry.Varies, entry.Spec.Name)
		}
		if entry.Section != "TSM2" && *entry.Spec.Data.Sales != (Sales{}) {
			t.Errorf("%s is told %+v", entry.Row, *entry.Spec.Data.Sales)
		}
	}
}

// A run on sales is trained, tested and kept like any other.
func TestRunOnSales(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec := find(t, "tsm2-static/shops/28")
	out := t.TempDir()
	done, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	r := done.Record
	if r.Last.WRMSSE <= 0 || r.Last.WRMSSE > 1.5 || r.Val.WRMSSE <= 0 || r.Last.Windows != 1 || r.History != 35 || r.Horizon != 28 || !r.Data.Synthetic || r.Data.Name != "shops" {
		t.Errorf("%+v, last %+v, validation %+v", r, r.Last, r.Val)
	}
	if again, err := result.Read(done.Dir); err != nil || again.TestError() != r.Last.WRMSSE {
		t.Errorf("read back %+v, %v", again, err)
	}
	for _, figure := range []string{TrainingFigure, ForecastFigure} {
		if _, err := os.Stat(filepath.Join(done.Dir, figure)); err != nil {
			t.Error(err)
		}
	}
}

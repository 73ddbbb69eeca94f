package experiments

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/m5"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/tsm2"
	"mambamixer/plots"
)

// Sales is the task of forecasting what stores sell, see package m5, and what a model is told besides the past.
type Sales struct {
	Static bool `json:"static"` // what each series is: item, department, category, store and state
	Future bool `json:"future"` // calendar, events, food stamps and price on all days of the window, the horizon's too
}

// Informed is a forecaster that takes what is known besides the history.
type Informed interface {
	Forecaster
	// ForecastKnowing is Forecast with what is known of the M variates and of the window's time steps.
	ForecastKnowing(scope *model.Scope, x *Node, known tsm2.Known, horizon int) *Node
}

// demand is that task on a data set. An example is the day on which a window begins; the window is of all stores, which a model
// sees as so many series of M items. A model sees and forecasts units divided by the root of the series' scale, so the mean
// squared error, which is the loss, is that of the RMSSE without weights.
type demand struct {
	spec  Spec
	model Forecaster
	set   *m5.Set
}

// weightedError is the metric that selects the best weights.
const weightedError = "wrmsse"

// newDemand checks a spec against its data.
func newDemand(spec Spec, set *m5.Set) (*demand, error) {
	m, err := spec.forecaster()
	if err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	d := spec.Data
	if err := spec.validate(len(set.Items)); err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	if _, informed := m.(Informed); !informed && (d.Sales.Static || d.Sales.Future) {
		return nil, fmt.Errorf("spec %s: %s takes nothing but the history; set data.sales.static and data.sales.future to false", spec.Name, spec.Kind)
	}
	if d.Fold != 0 {
		return nil, fmt.Errorf("spec %s: data.fold is %d, but sales have one horizon to select by, the %d days before the test", spec.Name, d.Fold, set.Horizon)
	}
	if d.Horizon != set.Horizon {
		return nil, fmt.Errorf("spec %s: data.horizon is %d, but the error of %s is defined over %d days", spec.Name, d.Horizon, set.Name, set.Horizon)
	}
	windows := set.Val - d.History - d.Horizon + 1
	if windows < 1 || spec.Train != nil && spec.Train.BatchSize > windows {
		return nil, fmt.Errorf("spec %s: %s has %d days to train on, which is %d windows of history %d and horizon %d; take a shorter history or a smaller train.batch_size",
			spec.Name, set.Name, set.Val, max(0, windows), d.History, d.Horizon)
	}
	return &demand{spec, m, set}, nil
}

// The tensors of the problem; those of the levels' penalties follow.
const (
	unitsData    = iota // [T, G, M], divided by the scale
	scaleData           // [G, M]
	staticData          // [G, M, C_S]
	calendarData        // [T, C]
	stampsData          // [T, G]
	priceData           // [T, G, M]
	firstLevel
)

func (t *demand) problem(context.Context, RunOptions) (*train.Problem, error) {
	s := t.set
	days, stores, items := len(s.Days), len(s.Stores), len(s.Items)
	levels := s.Levels()
	scale := make([]float32, stores*items)
	for i, c := range s.Measures(s.Val)[len(levels)-1].Scale { // the last level is that of single series
		scale[i] = 1
		if c > 0 {
			scale[i] = float32(math.Sqrt(c))
		}
	}
	units := make([]float32, len(s.Units))
	for i, u := range s.Units {
		units[i] = u / scale[i%len(scale)]
	}
	known := s.Known(s.Val)
	static, columns := s.Static()
	data := []*tensors.Tensor{
		unitsData:    tensors.FromFlatDataAndDimensions(units, days, stores, items),
		scaleData:    tensors.FromFlatDataAndDimensions(scale, stores, items),
		staticData:   tensors.FromFlatDataAndDimensions(static, stores, items, columns),
		calendarData: tensors.FromFlatDataAndDimensions(known.Calendar, days, len(known.Names)),
		stampsData:   tensors.FromFlatDataAndDimensions(known.SNAP, days, stores),
		priceData:    tensors.FromFlatDataAndDimensions(known.Price, days, stores, items),
	}
	val, test := s.Measures(s.Val), s.Measures(s.Test)
	for i, level := range levels {
		penalty := append(penalties(val[i], len(levels)), penalties(test[i], len(levels))...)
		data = append(data, tensors.FromFlatDataAndDimensions(penalty, 2, level.Stores.Count, level.Items.Count))
	}
	h := t.spec.Data.History
	one := func(start int) train.Range { return train.Range{Start: int32(start - h), End: int32(start - h + 1)} }
	return &train.Problem{
		Data:    data,
		Train:   train.Range{Start: 0, End: int32(s.Val - h - s.Horizon + 1)},
		Val:     one(s.Val),
		Test:    one(s.Test),
		Metrics: []string{weightedError, "mse", "mae"},
		Loss: func(scope *model.Scope, inputs []*Node, idx *Node) *Node {
			prediction, target := t.forecast(scope, inputs, idx)
			return ReduceAllMean(Square(Sub(prediction, target)))
		},
		Score: func(scope *model.Scope, inputs []*Node, idx *Node) []*Node {
			prediction, target := t.forecast(scope, inputs, idx)
			missed := Sub(MaxScalar(prediction, 0), target) // what is sold is not below 0
			return []*Node{t.weighted(inputs, idx, missed), ReduceMean(Square(missed), 1, 2, 3), ReduceMean(Abs(missed), 1, 2, 3)}
		},
	}, nil
}

// penalties are the factors by which the root of a node's mean squared error counts: w/sqrt(c) by the number of levels.
func penalties(m m5.Measure, levels int) []float32 {
	factors := make([]float32, len(m.Weight))
	for i, w := range m.Weight {
		if m.Scale[i] > 0 {
			factors[i] = float32(w / math.Sqrt(m.Scale[i]) / float64(levels))
		}
	}
	return factors
}

// forecast gives prediction and truth of windows, [B, G, H, M] each.
func (t *demand) forecast(scope *model.Scope, inputs []*Node, idx *Node) (prediction, target *Node) {
	history, horizon := t.spec.Data.History, t.spec.Data.Horizon
	window := func(x *Node) *Node {
		return GatherSlices(x, []int{0}, InsertAxes(idx, -1), []int{history + horizon}, false)
	}
	units := TransposeAllAxes(window(inputs[unitsData]), 0, 2, 1, 3) // [B, G, L+H, M]
	dims := units.Shape().Dimensions
	batch, stores, items := dims[0], dims[1], dims[3]
	x := Reshape(SliceAxis(units, 2, AxisRange(0, history)), batch*stores, history, items)
	var y *Node // [B·G, H, M]
	if m, informed := t.model.(Informed); informed {
		y = m.ForecastKnowing(scope, x, t.known(inputs, window, batch), horizon)
	} else {
		y = t.model.Forecast(scope, x, horizon)
	}
	return Reshape(y, batch, stores, horizon, items), SliceAxis(units, 2, AxisRangeToEnd(history))
}

// known gives what the spec wants the model to know, with windows and stores as the batch.
func (t *demand) known(inputs []*Node, window func(*Node) *Node, batch int) (k tsm2.Known) {
	static := inputs[staticData].Shape().Dimensions // [G, M, C_S]
	stores, items := static[0], static[1]
	if t.spec.Data.Sales.Static {
		s := BroadcastToDims(InsertAxes(inputs[staticData], 0), batch, stores, items, static[2])
		k.Static = Reshape(s, batch*stores, items, static[2])
	}
	if t.spec.Data.Sales.Future {
		calendar := window(inputs[calendarData]) // [B, W, C]
		days, columns := calendar.Shape().Dim(1), calendar.Shape().Dim(2)
		z := Concatenate([]*Node{
			BroadcastToDims(InsertAxes(calendar, 1, 1), batch, stores, items, days, columns),
			BroadcastToDims(InsertAxes(Transpose(window(inputs[stampsData]), 1, 2), 2, -1), batch, stores, items, days, 1),
			InsertAxes(TransposeAllAxes(window(inputs[priceData]), 0, 2, 3, 1), -1),
		}, -1)
		k.Future = Reshape(z, batch*stores, items, days, columns+2)
	}
	return k
}

// weighted is the WRMSSE [B] of windows that begin where validation or test do, from what was missed [B, G, H, M].
func (t *demand) weighted(inputs []*Node, idx *Node, missed *Node) *Node {
	g := missed.Graph()
	units := Mul(missed, ExpandAxes(InsertAxes(inputs[scaleData], 1), 0))
	testing := GreaterOrEqual(idx, Const(g, int32(t.set.Test-t.spec.Data.History)))
	origin := InsertAxes(ConvertDType(testing, dtypes.Int32), -1) // 0: validation
	var total *Node
	for i, level := range t.set.Levels() {
		sums := Einsum("bghm,ga->bahm", units, Const(g, membership(level.Stores)))
		if level.Items.Count < len(level.Items.Of) {
			sums = Einsum("bahm,mi->bahi", sums, Const(g, membership(level.Items)))
		}
		roots := Sqrt(ReduceMean(Square(sums), 2)) // [B, groups of stores, groups of items]
		part := ReduceSum(Mul(roots, Gather(inputs[firstLevel+i], origin)), 1, 2)
		if total == nil {
			total = part
		} else {
			total = Add(total, part)
		}
	}
	return total
}

// membership has a 1 where a thing, the row, is in a group, the column.
func membership(g m5.Grouping) [][]float32 {
	rows := make([][]float32, len(g.Of))
	for i, of := range g.Of {
		rows[i] = make([]float32, g.Count)
		rows[i][of] = 1
	}
	return rows
}

func (t *demand) note(record *result.Record) {
	record.History, record.Horizon = t.spec.Data.History, t.spec.Data.Horizon
}

func (t *demand) scores(score train.Score) *result.Scores {
	return &result.Scores{WRMSSE: score.Values[0], MSE: score.Values[1], MAE: score.Values[2], Windows: score.Count}
}

func (t *demand) elsewhere(context.Context, *run, *train.Problem, *train.Weights) error { return nil }

func (t *demand) follow(*result.Record, []train.Entry) {}

func (t *demand) curve() (metric, unit, counted string) {
	return weightedError, "WRMSSE, and mean squared RMSSE", "windows"
}

// draw draws the test days, in units: the sum over all stores and items, and that of some states.
func (t *demand) draw(r *run, w *train.Weights) error {
	p, err := t.problem(context.Background(), RunOptions{})
	if err != nil {
		return err
	}
	defer p.Close()
	s := t.set
	start := tensors.FromFlatDataAndDimensions([]int32{p.Test.Start}, 1)
	values, err := call(r.backend, w, append([]*tensors.Tensor{start}, p.Data...), func(scope *model.Scope, inputs []*Node) []*Node {
		prediction, _ := t.forecast(scope, inputs[1:], inputs[0]) // [1, G, H, M]
		return []*Node{Mul(MaxScalar(prediction, 0), ExpandAxes(InsertAxes(inputs[1+scaleData], 1), 0))}
	})
	if err != nil {
		return err
	}
	stores, items := len(s.Stores), len(s.Items)
	sums := func(in func(store int) bool, from, days int, at func(day, store, item int) float32) []float64 {
		list := make([]float64, days)
		for i := range list {
			for store := range stores {
				for item := range items {
					if in(store) {
						list[i] += float64(at(from+i, store, item))
					}
				}
			}
		}
		return list
	}
	window := plots.Window{Title: fmt.Sprintf("%s: units sold on the test days", r.spec.Name), TimeUnit: "days", TimeStep: 1}
	add := func(name string, in func(store int) bool) {
		window.Variates = append(window.Variates, plots.Variate{Name: name,
			History: sums(in, s.Test-historyShown*s.Horizon, historyShown*s.Horizon, s.UnitsAt),
			Truth:   sums(in, s.Test, s.Horizon, s.UnitsAt),
			Forecasts: []plots.Forecast{{Model: r.spec.Kind, Y: sums(in, 0, s.Horizon, func(day, store, item int) float32 {
				return values[0][(store*s.Horizon+day)*items+item]
			})}},
		})
	}
	add("all stores", func(int) bool { return true })
	states := s.StoreGroupings()[1]
	for _, state := range spread(states.Count, variatesShown) {
		add("state "+s.Stores[slices.Index(states.Of, state)].State, func(store int) bool { return states.Of[store] == state })
	}
	panels, err := plots.Forecasts(window)
	if err != nil {
		return err
	}
	return plots.Save(filepath.Join(r.dir, ForecastFigure), plots.Strip, panels...)
}

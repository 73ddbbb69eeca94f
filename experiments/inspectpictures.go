package experiments

import (
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/floats"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/picture"
	"mambamixer/experiments/inspect"
	"mambamixer/mixer/vim2"
)

// fieldPictures is over how many test pictures receptive fields are means.
const fieldPictures = 32

// inspectPictures looks into runs of ViM2: the weights of all seeds; of the first the receptive fields, over test pictures, and
// the step sizes for a generated picture, for pictures of most data sets may not be passed on, nor their outlines.
func inspectPictures(b compute.Backend, runs []*finishedRun, dataDirs []string) (*inspect.Inspection, error) {
	first := runs[0]
	source, err := first.spec.Data.Load(dataDirs)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if source.Identity.SHA256 != first.record.Data.SHA256 {
		return nil, fmt.Errorf("%s was made with other data than the %s on this machine: do the run again", first.dir, source.Name())
	}
	t, err := newRecognition(first.spec, source.pictures)
	if err != nil {
		return nil, err
	}
	found := &inspect.Inspection{Spec: first.spec.Name, Key: first.record.Key, Tier: first.record.Tier, Data: first.record.Data.Name, Size: t.task.Size}

	store := model.NewStore()
	defer store.Finalize()
	if err := store.SetRNGStateFromSeed(int64(first.record.Seed)); err != nil {
		return nil, err
	}
	exec, err := model.NewExec(b, store, func(scope *model.Scope, x *Node) []*Node {
		return vim2.ReceptiveFields(scope, *first.vision, x)
	})
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	if err := t.addFields(found, "untrained", exec); err != nil {
		return nil, fmt.Errorf("%s: %w", first.dir, err)
	}
	initial := averagesOf(*first.vision, store)
	if err := first.load(store); err != nil {
		return nil, err
	}
	if err := t.addFields(found, "trained", exec); err != nil {
		return nil, fmt.Errorf("%s: %w", first.dir, err)
	}
	deltas, err := t.deltas(b, store)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", first.dir, err)
	}
	found.Maps = append(found.Maps, deltas...)

	for _, run := range runs {
		found.Seeds = append(found.Seeds, run.record.Seed)
		weights, err := run.stageAverages(initial)
		if err != nil {
			return nil, err
		}
		found.Weights = append(found.Weights, weights...)
		steps, err := run.training("loss")
		if err != nil {
			return nil, err
		}
		found.Training = append(found.Training, steps...)
	}
	return found, nil
}

// pixels makes a picture what the model sees in a test.
func (t *recognition) pixels(p *picture.RGB) *tensors.Tensor {
	size := t.task.Size
	pixels := make([]float32, size*size*3)
	t.task.Recipe.Test(p, pixels)
	return tensors.FromFlatDataAndDimensions(pixels, 1, size, size, 3)
}

// addFields adds the receptive fields of the stages, means over up to fieldPictures test pictures that can be decoded.
func (t *recognition) addFields(found *inspect.Inspection, state string, exec *model.Exec) error {
	var sums [][]float64
	some := Pictures{Limit: fieldPictures}.some(t.test)
	found.Pictures = 0
	for i := range some.Len() {
		p, err := some.Picture(i)
		if err != nil {
			continue // as in the test, where it is counted
		}
		outputs, err := exec.Call(t.pixels(p))
		if err != nil {
			return err
		}
		if sums == nil {
			sums = make([][]float64, len(outputs))
		}
		for stage, output := range outputs {
			values := numbers(output)
			if sums[stage] == nil {
				sums[stage] = make([]float64, len(values))
			}
			floats.Add(sums[stage], values)
		}
		found.Pictures++
	}
	if found.Pictures == 0 {
		return fmt.Errorf("none of the test pictures of %s can be decoded", t.set.Name)
	}
	for i, sum := range sums {
		floats.Scale(1/float64(found.Pictures), sum)
		found.Maps = append(found.Maps, inspect.Map{Quantity: fmt.Sprintf("field/%s/stage%d", state, i+1), Values: rowsOf(sum, t.task.Size)})
	}
	return nil
}

// numbers takes the values out of a tensor, which is freed.
func numbers(t *tensors.Tensor) []float64 {
	defer t.FinalizeAll()
	var list []float64
	for _, v := range tensors.MustCopyFlatData[float32](t) {
		list = append(list, float64(v))
	}
	return list
}

// deltas are a generated picture, and the step sizes of each token mixer along each route over it.
func (t *recognition) deltas(b compute.Backend, store *model.Store) ([]inspect.Map, error) {
	c := t.model.(vim2.Config)
	generated, err := imagefolder.Shapes(imagefolder.ShapesConfig{Size: max(16, t.task.Size), Train: 1, Test: 1, Seed: 1})
	if err != nil {
		return nil, err
	}
	p, err := generated.Test.Picture(0)
	if err != nil {
		return nil, err
	}
	brightness := make([]float64, p.W*p.H)
	for i := range brightness {
		for _, v := range p.Pix[3*i : 3*i+3] {
			brightness[i] += float64(v) / (3 * 255)
		}
	}
	maps := []inspect.Map{{Quantity: "picture", Values: rowsOf(brightness, p.W)}}
	var names []string
	outputs, err := model.CallOnceN(b, store, func(scope *model.Scope, x *Node) (nodes []*Node) {
		names = nil
		all := vim2.StepSizes(scope, c, x)
		for i, stage := range c.Stages {
			for j := range stage.Tokens {
				for _, route := range c.Routes.List() {
					name := fmt.Sprintf("stage%d/token%d/%s", i+1, j, route)
					names, nodes = append(names, name), append(nodes, all[name])
				}
			}
		}
		return nodes
	}, t.pixels(p))
	if err != nil {
		return nil, err
	}
	for i, output := range outputs {
		width := output.Shape().Dim(2)
		maps = append(maps, inspect.Map{Quantity: "delta/" + names[i], Values: rowsOf(numbers(output), width)})
	}
	return maps, nil
}

// rowsOf cuts values into rows.
func rowsOf(values []float64, width int) (rows [][]float64) {
	for at := 0; at < len(values); at += width {
		rows = append(rows, values[at:at+width])
	}
	return rows
}

package experiments

import (
	"context"
	"math"
	"testing"

	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

// Models of every kind of part learn the same on one device and on two: dropout drops the same, batch norm takes the moments
// of the whole batch, and the kernels run on both devices at once.
func TestDevicesLearnAlike(t *testing.T) {
	for _, test := range []struct {
		name    string
		changes []string
	}{
		{"tsm2/noise-7/96", sets("model.layers=1", "model.dropout=0.2", "model.head_dropout=0.2")},
		{"patchtst/noise-7/96", sets("model.layers=1")}, // attention, batch norm over tokens
		{"tsmixer/noise-7/96", sets("model.blocks=1")},  // batch norm over positions, dropout 0.9
		{"vim2-nano/shapes", append(onFewPictures, sets("model.drop_path=0.3", "model.stages.0.tokens=1", "model.stages.1.tokens=0", "model.stages.1.channels=0",
			"model.stages.2.tokens=0", "model.stages.2.channels=0", "model.stages.3.tokens=0", "model.stages.3.channels=0")...)}, // cross-scans of fed pictures, drop path at the channel mixer
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := find(t, test.name)
			spec.Train.Steps, spec.Train.LogEvery, spec.Train.EvalEvery, spec.Train.EvalStride = 4, 1, 4, 64
			spec, _, err := spec.SetAll(test.changes)
			if err != nil {
				t.Fatal(err)
			}
			var logs [2][]train.Entry
			for i := range logs {
				b, err := backend.OpenDevices(i + 1)
				if err != nil {
					t.Skip(err)
				}
				outcome, err := Train(context.Background(), b, spec, nil, train.RunOptions{Seed: 1, Devices: i + 1,
					OnEntry: func(e train.Entry) { logs[i] = append(logs[i], e) }})
				if err != nil {
					t.Fatal(err)
				}
				outcome.Close()
			}
			for i, one := range logs[0] {
				two := logs[1][i]
				same := near(two.Loss, one.Loss) && near(two.GradNorm, one.GradNorm) && len(two.Val) == len(one.Val)
				for metric, value := range one.Val {
					same = same && near(two.Val[metric], value)
				}
				if !same {
					t.Errorf("step %d: loss %v, gradient %v, validation %v on two devices; %v, %v, %v on one", i+1,
						two.Loss, two.GradNorm, two.Val, one.Loss, one.GradNorm, one.Val)
				}
			}
		})
	}
}

// onFewPictures makes the training of a classifier small.
var onFewPictures = sets("data.pictures.size=16", "data.pictures.limit=32", "train.batch_size=8", "train.eval_batch=8", "train.warmup_steps=1")

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*(math.Abs(a)+math.Abs(b)) }

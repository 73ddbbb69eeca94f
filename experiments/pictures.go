package experiments

import (
	"fmt"

	"mambamixer/datasets/augment"
	"mambamixer/experiments/train"
	"mambamixer/mixer/vision"
)

// How pictures are prepared and classifiers trained, per data set.
//
// ImageNet's is the recipe of the paper (300 epochs of batches of 1024, 20 of them warm-up, AdamW at 1e-3 with decay 0.05) and,
// where the paper says nothing, of VMamba's configuration. Its steps are those of the paper tier, which takes four times those
// of the cpu tier. On the small sets it is scaled to what two cores do in minutes: fewer epochs, so milder augmentation and
// no moving average, which would remember the beginning of a short training. It was fixed before any model was trained, and
// is the same for all. Each set has its epochs for the cpu tier and for the paper tier, which takes a full training.

// pictureSet is a data set's task and training.
type pictureSet struct {
	set      string
	pictures Pictures
	train    func() *train.Config
	full     int // see Spec.Full
}

// generatedPictures is the set that stands in for others.
const generatedPictures = "shapes"

// pictureSets lists them, in the order of listings.
func pictureSets() []pictureSet {
	small := func(size int) Pictures { return Pictures{Recipe: augment.Small(size), HoldOut: 0.1} }
	upright := small(28) // clothes have a left and a right, and there are no colours
	upright.Flip, upright.Mean, upright.Std = 0, [3]float64{0.286, 0.286, 0.286}, [3]float64{0.353, 0.353, 0.353}
	tiny := small(64)
	tiny.TestSizes = []int{32, 48, 96, 128, 192}
	figures := small(32)
	figures.Crop = augment.Whole // a shifted figure might leave the picture
	figures.TestSizes = []int{16, 24, 48, 64, 96}
	large := Pictures{Recipe: augment.Small(224), HoldOut: 0.1}
	large.Crop, large.MinArea, large.CropPct = augment.Resized, 0.25, 0.875
	return []pictureSet{
		{"cifar10", small(32), pictureTraining(45000, 64, 3), 30},
		{"tiny-imagenet-20", tiny, pictureTraining(9000, 64, 15), 10},
		{"pets-3", large, pictureTraining(270, 16, 40), 5},
		{"fashion-mnist", upright, pictureTraining(54000, 64, 3), 10},
		{generatedPictures, figures, pictureTraining(1800, 32, 20), 5},
		{"imagenet", Pictures{Recipe: augment.ImageNet()}, imageNetTraining, 0},
	}
}

// onPictures makes the spec of a classifier on a data set.
func onPictures(v pictureSet, name, kind, note string, m vision.Model) Spec {
	pictures := v.pictures
	return Spec{Name: fmt.Sprintf("%s/%s", name, v.set), Kind: kind, Note: note, Model: m,
		Data: Data{Set: v.set, Pictures: &pictures}, Train: v.train(), Full: v.full}
}

// pictureTraining is that of a small set: so many epochs over so many examples.
func pictureTraining(examples, batch, epochs int) func() *train.Config {
	return func() *train.Config {
		c := classifierTraining()
		perEpoch := examples / batch
		c.BatchSize, c.EvalBatch = batch, batch
		c.Steps, c.WarmupSteps = epochs*perEpoch, epochs*perEpoch/15
		c.EvalEvery, c.EvalStride = max(1, epochs/10)*perEpoch, 1
		c.CheckpointEvery, c.LogEvery = min(500, perEpoch), min(100, perEpoch)
		return &c
	}
}

func imageNetTraining() *train.Config {
	c := classifierTraining()
	const perEpoch = 1281167 / 1024
	c.BatchSize, c.EvalBatch, c.Accumulate = 1024, 128, 8
	c.Steps, c.WarmupSteps = 300*perEpoch/paperFactor, 20*perEpoch
	c.EMA = 0.9999
	c.EvalEvery, c.CheckpointEvery, c.LogEvery = 0, 250, 50 // there is no validation split of its own
	return &c
}

// classifierTraining is what all have in common.
func classifierTraining() train.Config {
	c := train.Default()
	noDecay := 0.0
	c.LearningRate, c.FinalLRFactor, c.WeightDecay, c.ClipNorm = 1e-3, 0.01, 0.05, 5
	for _, name := range []string{"A_log", "position", "class", "class_position"} { // vectors, D and the averages' weights have none anyway
		c.Groups = append(c.Groups, train.Group{Match: "**/" + name, LRScale: 1, WeightDecay: &noDecay})
	}
	return c
}

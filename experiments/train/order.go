package train

import "math/rand/v2"

// order gives the examples of each step. Every epoch is a permutation of the training range that depends
// on the seed and the epoch alone; what does not fill a batch at its end is left for other epochs.
type order struct {
	examples Range
	batch    int
	seed     uint64

	epoch       int // of the permutation held
	permutation []int32
}

func newOrder(examples Range, batch int, seed uint64) *order {
	return &order{examples: examples, batch: batch, seed: seed, epoch: -1}
}

// position gives the epoch and the batch within it of a step, all counted from 0.
func (o *order) position(step int) (epoch, batch int) {
	perEpoch := o.examples.Len() / o.batch
	return step / perEpoch, step % perEpoch
}

// indices gives the examples of a step. The slice is valid until the next call.
func (o *order) indices(step int) []int32 {
	epoch, batch := o.position(step)
	if epoch != o.epoch {
		o.permute(epoch)
	}
	return o.permutation[batch*o.batch : (batch+1)*o.batch]
}

func (o *order) permute(epoch int) {
	if o.permutation == nil {
		o.permutation = make([]int32, o.examples.Len())
	}
	for i := range o.permutation {
		o.permutation[i] = o.examples.Start + int32(i)
	}
	rng := rand.New(rand.NewPCG(o.seed, uint64(epoch)))
	rng.Shuffle(len(o.permutation), func(i, j int) {
		o.permutation[i], o.permutation[j] = o.permutation[j], o.permutation[i]
	})
	o.epoch = epoch
}

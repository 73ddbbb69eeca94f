package synth

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"mambamixer/datasets/ltsf"
)

// noisePrefix begins the names of sets of white noise; the number of variates follows.
const noisePrefix = "noise-"

// Rows of a set of white noise: enough for a history of 1536 and a horizon of 720, and few to be tested on.
const (
	noiseTrain = 2304
	noiseTest  = 752 // of the validation split too
	maxNoise   = 10000
)

// NoiseName is the name of the set of white noise of so many variates.
func NoiseName(variates int) string { return noisePrefix + strconv.Itoa(variates) }

// FindNoise returns the number of variates of a set of white noise, by its name: from 1 to 10000.
func FindNoise(name string) (variates int, found bool) {
	number, found := strings.CutPrefix(name, noisePrefix)
	variates, err := strconv.Atoi(number)
	found = found && err == nil && variates >= 1 && variates <= maxNoise && NoiseName(variates) == name
	return variates, found
}

// Noise makes a set of independent standard normal values, the same on every call: there is nothing to learn from it. It is
// for measurements of time and memory, which depend on shapes alone.
func Noise(variates int) *ltsf.Set {
	rows := noiseTrain + 2*noiseTest
	set := &ltsf.Set{
		Name: NoiseName(variates), Synthetic: true, Rows: rows, Variates: variates,
		Values: make([]float64, rows*variates),
		Split: ltsf.Split{Train: ltsf.Range{Start: 0, End: noiseTrain},
			Val:  ltsf.Range{Start: noiseTrain, End: noiseTrain + noiseTest},
			Test: ltsf.Range{Start: noiseTrain + noiseTest, End: rows}},
	}
	rng := rand.New(rand.NewPCG(1, uint64(variates)))
	for i := range set.Values {
		set.Values[i] = rng.NormFloat64()
	}
	for m := range variates {
		set.Columns = append(set.Columns, fmt.Sprintf("v%d", m))
	}
	set.SHA256 = sum(set.Values)
	return set
}

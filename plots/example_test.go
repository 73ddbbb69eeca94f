package plots_test

import (
	"fmt"
	"os"
	"path/filepath"

	"mambamixer/plots"
)

func ExampleTrainingCurve() {
	curve, err := plots.TrainingCurve(plots.Training{
		Title: "NLinear on ETTh1, horizon 96",
		Unit:  "MSE (standardised units)",
		Loss:  plots.Series{Name: "training loss", Steps: []int{100, 200, 300}, Y: []float64{0.42, 0.36, 0.34}},
		Val:   plots.Series{Name: "validation error", Steps: []int{100, 200, 300}, Y: []float64{0.71, 0.68, 0.69}},
		Best:  1,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(plots.Save(filepath.Join(dir, "training.svg"), plots.Wide, curve))
	// Output: <nil>
}

func ExampleForecasts() {
	panels, err := plots.Forecasts(plots.Window{
		Title: "ETTh1, test window 0", TimeUnit: "hours", TimeStep: 1,
		Variates: []plots.Variate{{
			Name:      "OT (standardised)",
			History:   []float64{0.1, 0.3, 0.2, 0.4},
			Truth:     []float64{0.3, 0.5},
			Forecasts: []plots.Forecast{{Model: "TSM2", Y: []float64{0.35, 0.45}}},
		}},
	})
	fmt.Println(len(panels), err)
	// Output: 1 <nil>
}

func ExampleCostCurve() {
	costs, err := plots.CostCurve(plots.Costs{
		Title: "Forward pass over length, with fitted slopes", Size: "sequence length L", Time: "milliseconds",
		Families: [][]plots.Growth{{{Name: "sequential", Size: []float64{96, 196, 784}, Time: []float64{2.3, 4.6, 19.7}}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(plots.Save(filepath.Join(dir, "costs.svg"), plots.Wide, costs))
	// Output: <nil>
}

func ExampleAblationBars() {
	bars := plots.Bars{
		Title: "What the channel mixer is worth", Axis: "change of the test MSE (%)",
		Groups: []plots.BarGroup{{Name: "Channel mixer", Bars: []plots.Bar{{Label: "none", Mean: 0.4, Low: 0.1, High: 0.7, N: 5}}}},
	}
	chart, err := plots.AblationBars(bars)
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(plots.Save(filepath.Join(dir, "ablations.pdf"), bars.Size(), chart))
	// Output: <nil>
}

package paper

// Accuracy is a published share of right first guesses on the validation pictures of ImageNet-1K.
type Accuracy struct {
	Group, Model string  // as in the paper's Table 2
	Size         int     // of the pictures in the test, in pixels
	Parameters   float64 // in millions; 0 where the source has none
	Top1         float64 // per cent
	Hidden       bool    // of a figure: the point lies behind another and was read off its line
}

// Where the numbers of this file come from, and how they were had.
const (
	ClassificationSource = "MambaMixer (arXiv 2403.19888v1), Table 2: ImageNet-1K, 300 epochs, preliminary by its own footnote"
	ResolutionSource     = "MambaMixer (arXiv 2403.19888v1), Figure 4: ImageNet-1K, trained at 224 pixels, read off the image to ±0.3"
	StagesSource         = "MambaMixer (arXiv 2403.19888v1), Table 8"
)

// Classification gives the rows of the paper's Table 2, in its order.
func Classification() []Accuracy {
	var list []Accuracy
	for _, row := range rowsOf("table2.csv") {
		list = append(list, Accuracy{Group: row[0], Model: row[1], Size: int(number(row[2])), Parameters: number(row[3]), Top1: number(row[4])})
	}
	return list
}

// Resolution gives the points of the paper's Figure 4, model by model, sizes rising. Points below the figure's axis are left out.
func Resolution() []Accuracy {
	var list []Accuracy
	for _, row := range rowsOf("figure4.csv") {
		list = append(list, Accuracy{Model: row[0], Size: int(number(row[1])), Top1: number(row[2]), Hidden: row[3] != ""})
	}
	return list
}

// Stage is a stage of ViM2 in the paper's Table 8.
type Stage struct {
	Model                       string
	Stage                       int // from 1
	Side                        int // height and width of the feature maps of a picture of 224 pixels
	TokenMixers, TokenWidth     int
	ChannelMixers, ChannelWidth int
}

// Stages gives the paper's Table 8 stage by stage.
func Stages() []Stage {
	var list []Stage
	for _, row := range rowsOf("table8.csv") {
		s := Stage{Model: row[0]}
		for i, field := range []*int{&s.Stage, &s.Side, &s.TokenMixers, &s.TokenWidth, &s.ChannelMixers, &s.ChannelWidth} {
			*field = int(number(row[1+i]))
		}
		list = append(list, s)
	}
	return list
}

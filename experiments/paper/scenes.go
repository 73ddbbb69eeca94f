package paper

// ScenesSource is where the numbers of Scenes come from.
const ScenesSource = "MambaMixer (arXiv 2403.19888v1), Table 3: ADE20K with UPerNet on backbones trained on ImageNet-1K, crops of 512 pixels"

// Segmentation is a published mean intersection over union on ADE20K, in per cent.
type Segmentation struct {
	Model                   string
	SingleScale, MultiScale float64 // MultiScale is 0 where there is none
	Parameters              float64 // in millions, of backbone and heads
}

// Scenes gives the paper's Table 3.
func Scenes() []Segmentation {
	var list []Segmentation
	for _, row := range rowsOf("table3.csv") {
		s := Segmentation{Model: row[0], SingleScale: number(row[1]), Parameters: number(row[3])}
		if row[2] != "" {
			s.MultiScale = number(row[2])
		}
		list = append(list, s)
	}
	return list
}

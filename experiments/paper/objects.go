package paper

import "math"

// ObjectsSource is where the numbers of Objects come from.
const ObjectsSource = "MambaMixer (arXiv 2403.19888v1), Table 4: COCO 2017, on backbones trained on ImageNet-1K; its row of ViM-T has box AP by the size of the objects where the others have mask AP"

// Detection are published average precisions on COCO, in per cent; NaN where there is none.
type Detection struct {
	Model                      string
	BoxAP, BoxAP50, BoxAP75    float64
	MaskAP, MaskAP50, MaskAP75 float64
	Parameters                 float64 // in millions, of backbone and detector
}

// Objects gives the paper's Table 4.
func Objects() []Detection {
	var list []Detection
	for _, row := range rowsOf("table4.csv") {
		d := Detection{Model: row[0]}
		for i, to := range []*float64{&d.BoxAP, &d.BoxAP50, &d.BoxAP75, &d.MaskAP, &d.MaskAP50, &d.MaskAP75, &d.Parameters} {
			if *to = math.NaN(); row[i+1] != "" {
				*to = number(row[i+1])
			}
		}
		list = append(list, d)
	}
	return list
}

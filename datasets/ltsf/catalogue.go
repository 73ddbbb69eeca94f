package ltsf

import (
	"slices"
	"strings"

	"mambamixer/internal/nearest"
)

// Info describes one published data set.
type Info struct {
	Name      string   // the name in tables, as ETTh1
	Aliases   []string // names of the same set in other code bases
	Variates  int      // M
	Rows      int      // T
	Frequency string   // time between two rows
	Horizons  []int    // the horizons of the published tables, in rows
	Split     Split    // the published split
	Unit      string   // what the numbers measure
	Licence   string
	Citation  string
	Homepage  string

	// File is the path of the .csv form below a data folder, in the layout of the public code bases.
	File string
	// Folders are other folders in which that file is looked for.
	Folders []string
	// Bytes is the size of the .csv form.
	Bytes int64
	// SHA256 holds the sums under which the .csv form is published: the same numbers with other line ends.
	SHA256 []string
	// Sources are the official places to fetch the set from, best first.
	Sources []Source
}

// Source is one file on the web.
type Source struct {
	URL    string
	File   string // where the file belongs below a data folder
	Bytes  int64  // 0 when the publisher gives none
	SHA256 string // of the file as served, or
	MD5    string // of the file as served, where that is all that is published
}

// Checksum returns the algorithm and the expected sum of the file as served.
func (s Source) Checksum() (algorithm, sum string) {
	if s.SHA256 != "" {
		return "SHA-256", s.SHA256
	}
	return "MD5", s.MD5
}

const (
	ettURL = "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/"
	// The bundle of Autoformer and Time-Series-Library, kept by their authors.
	bundleURL  = "https://huggingface.co/datasets/thuml/Time-Series-Library/resolve/main/"
	bundleHome = "https://github.com/thuml/Time-Series-Library"
	lstnetURL  = "https://raw.githubusercontent.com/laiguokun/multivariate-time-series-data/master/"

	ettCitation    = "Zhou et al., Informer: Beyond Efficient Transformer for Long Sequence Time-Series Forecasting, AAAI 2021"
	bundleCitation = "Wu et al., Autoformer: Decomposition Transformers with Auto-Correlation for Long-Term Series Forecasting, NeurIPS 2021"
	lstnetCitation = "Lai et al., Modeling Long- and Short-Term Temporal Patterns with Deep Neural Networks, SIGIR 2018"
)

var longHorizons = []int{96, 192, 336, 720}

// catalogue is the one table of data sets, in the order of the published tables.
//
// Sizes and sums of the ETT, Weather, Exchange and ILI files were computed from the files; those of
// Electricity and Traffic are the ones that several independent public loaders agree on.
var catalogue = []Info{
	ett("ETTh1", 24, 17420, 2589657, "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066"),
	ett("ETTh2", 24, 17420, 2417960, "a3dc2c597b9218c7ce1cd55eb77b283fd459a1d09d753063f944967dd6b9218b"),
	ett("ETTm1", 96, 69680, 10360719, "6ce1759b1a18e3328421d5d75fadcb316c449fcd7cec32820c8dafda71986c9e"),
	ett("ETTm2", 96, 69680, 9677236, "db973ca252c6410a30d0469b13d696cf919648d0f3fd588c60f03fdbdbadd1fd"),
	{
		Name: "Weather", Variates: 21, Rows: 52696, Frequency: "10 min", Horizons: longHorizons, Split: RatioSplit(52696),
		Unit:    "21 quantities of the Jena weather station in 2020, each with its unit in its name (OT is the publisher's CO2 in ppm); -9999 where a sensor failed",
		Licence: "none stated (station data of the Max Planck Institute for Biogeochemistry)", Citation: bundleCitation, Homepage: bundleHome,
		File: "weather/weather.csv", Bytes: 7235425,
		SHA256: []string{"34ee981d07313e51da2a50bb600072c8ae4a69cb4b0651f4cb93a069d7a2ba63"},
		Sources: []Source{{
			URL: bundleURL + "weather/weather.csv", File: "weather/weather.csv", Bytes: 7235425,
			SHA256: "34ee981d07313e51da2a50bb600072c8ae4a69cb4b0651f4cb93a069d7a2ba63",
		}},
	},
	{
		Name: "Exchange", Aliases: []string{"exchange_rate"}, Variates: 8, Rows: 7588, Frequency: "1 day", Horizons: longHorizons, Split: RatioSplit(7588),
		Unit:    "daily exchange rates of 8 currencies, US dollars for one unit",
		Licence: "none stated", Citation: lstnetCitation, Homepage: bundleHome,
		File: "exchange_rate/exchange_rate.csv", Bytes: 637800,
		SHA256: []string{
			"48b4d9d3d508f5104162e85b9a6042e3557fde11aa9f2944eba8c0d0efc89842", // CRLF line ends
			"d55e7aa2641009814a18ba3279431b13f6d413b0eab195b9ff21988d8cf94e97", // LF line ends, 630212 bytes
		},
		Sources: []Source{{
			URL: bundleURL + "exchange_rate/exchange_rate.csv", File: "exchange_rate/exchange_rate.csv", Bytes: 637800,
			SHA256: "48b4d9d3d508f5104162e85b9a6042e3557fde11aa9f2944eba8c0d0efc89842",
		}},
	},
	{
		Name: "Electricity", Aliases: []string{"ECL"}, Variates: 321, Rows: 26304, Frequency: "1 h", Horizons: longHorizons, Split: RatioSplit(26304),
		Unit:    "kWh in the hour, one variate a client",
		Licence: "none stated for this form; made from UCI ElectricityLoadDiagrams20112014 (CC BY 4.0)", Citation: lstnetCitation, Homepage: bundleHome,
		File: "electricity/electricity.csv", Bytes: 95581762,
		SHA256: []string{"7e45845d54c5219bad0ae6bc1b5316cf8ff9cead5d33fa998a5a51c2e4a497ad"},
		Sources: []Source{{
			URL: bundleURL + "electricity/electricity.csv", File: "electricity/electricity.csv", Bytes: 95581762,
			SHA256: "7e45845d54c5219bad0ae6bc1b5316cf8ff9cead5d33fa998a5a51c2e4a497ad",
		}, {
			URL: lstnetURL + "electricity/electricity.txt.gz", File: "electricity/electricity.txt.gz",
			MD5: "07d51dc39c404599ead932937985957b",
		}},
	},
	{
		Name: "Traffic", Variates: 862, Rows: 17544, Frequency: "1 h", Horizons: longHorizons, Split: RatioSplit(17544),
		Unit:    "road occupancy between 0 and 1, one variate a sensor on the San Francisco Bay freeways",
		Licence: "none stated (California Department of Transportation, PeMS)", Citation: lstnetCitation, Homepage: bundleHome,
		File: "traffic/traffic.csv", Bytes: 136478119,
		SHA256: []string{"cb06463d56fa17d87f47027cd9389ceae82a69eddee51cdb61480e120dab0b16"},
		Sources: []Source{{
			URL: bundleURL + "traffic/traffic.csv", File: "traffic/traffic.csv", Bytes: 136478119,
			SHA256: "cb06463d56fa17d87f47027cd9389ceae82a69eddee51cdb61480e120dab0b16",
		}, {
			URL: lstnetURL + "traffic/traffic.txt.gz", File: "traffic/traffic.txt.gz",
			MD5: "db745d0c9f074159581a076cbb3f23d6",
		}},
	},
	{
		Name: "ILI", Aliases: []string{"illness", "national_illness"}, Variates: 7, Rows: 966, Frequency: "1 week", Horizons: []int{24, 36, 48, 60}, Split: RatioSplit(966),
		Unit:    "influenza-like illness in the USA: two percentages of visits, then counts of patients and providers",
		Licence: "US government data (Centers for Disease Control and Prevention)", Citation: bundleCitation, Homepage: bundleHome,
		File: "illness/national_illness.csv", Bytes: 67620,
		SHA256: []string{
			"93601f64d2566dc796ca4305adad8b8560c2db1a1ff04543c3bd813a7263570a", // CRLF line ends
			"8594cecb98c6f2f9dc014eca11c4d5d1e38ad5ce6ed0592d4abe65b146fce395", // LF line ends, 66653 bytes
		},
		Sources: []Source{{
			URL: bundleURL + "illness/national_illness.csv", File: "illness/national_illness.csv", Bytes: 67620,
			SHA256: "93601f64d2566dc796ca4305adad8b8560c2db1a1ff04543c3bd813a7263570a",
		}},
	},
}

// ett is the entry of one electricity transformer set with perDay rows a day.
func ett(name string, perDay, rows int, bytes int64, sha256 string) Info {
	file, frequency := "ETT-small/"+name+".csv", "1 h"
	if perDay == 96 {
		frequency = "15 min"
	}
	return Info{
		Name: name, Variates: 7, Rows: rows, Frequency: frequency, Horizons: longHorizons, Split: MonthSplit(perDay),
		Unit:    "six electrical loads of a transformer (the publisher names no unit) and OT, its oil temperature in °C",
		Licence: "CC BY-ND 4.0", Citation: ettCitation, Homepage: "https://github.com/zhouhaoyi/ETDataset",
		File: file, Folders: []string{"ett"}, Bytes: bytes, SHA256: []string{sha256},
		Sources: []Source{{URL: ettURL + file, File: file, Bytes: bytes, SHA256: sha256}},
	}
}

// Names returns the names of the published sets in the order of the published tables.
func Names() []string {
	names := make([]string, len(catalogue))
	for i, info := range catalogue {
		names[i] = info.Name
	}
	return names
}

// Lookup returns the entry of a data set by its name or alias, in any case of letters. An unknown name is an
// [UnknownError], which offers the nearest one.
func Lookup(name string) (Info, error) {
	owners := map[string]string{} // of names and aliases
	var known []string
	for _, info := range catalogue {
		for _, alias := range append([]string{info.Name}, info.Aliases...) {
			if strings.EqualFold(name, alias) {
				return info.clone(), nil
			}
			owners[alias] = info.Name
			known = append(known, alias)
		}
	}
	return Info{}, &UnknownError{Name: name, Nearest: owners[nearest.To(name, known)]}
}

// clone keeps callers from writing into the catalogue.
func (info Info) clone() Info {
	info.Aliases = slices.Clone(info.Aliases)
	info.Horizons = slices.Clone(info.Horizons)
	info.Folders = slices.Clone(info.Folders)
	info.SHA256 = slices.Clone(info.SHA256)
	info.Sources = slices.Clone(info.Sources)
	return info
}

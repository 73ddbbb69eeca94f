package result

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// The version is the first cell of every row; a change of the columns changes it. A file that has runs of classifiers has
// pictureColumns too, one with classifiers of pixels sceneColumns besides, one with detectors objectColumns, one that has runs on sales salesColumns, and each a
// version of its own.
const (
	csvVersion     = "2"
	pictureVersion = "3"
	salesVersion   = "4"
	sceneVersion   = "5"
	objectVersion  = "6"
)

// column is one column of the CSV form: its name, and how a record gives and takes its cell.
type column struct {
	name string
	get  func(r *Record) string
	set  func(r *Record, cell string) error
}

// columns are all, in the order of the file, after version and study.
var columns = []column{
	text("spec", func(r *Record) *string { return &r.Spec }),
	{"changes", func(r *Record) string { return strings.Join(r.Set, ";") },
		func(r *Record, cell string) error {
			if cell != "" {
				r.Set = strings.Split(cell, ";")
			}
			return nil
		}},
	text("data", func(r *Record) *string { return &r.Data.Name }),
	number("history", func(r *Record) *int { return &r.History }),
	number("horizon", func(r *Record) *int { return &r.Horizon }),
	text("model", func(r *Record) *string { return &r.Model }),
	text("tier", func(r *Record) *string { return &r.Tier }),
	{"seed", func(r *Record) string { return strconv.FormatUint(r.Seed, 10) },
		func(r *Record, cell string) (err error) { r.Seed, err = strconv.ParseUint(cell, 10, 64); return err }},
	text("key", func(r *Record) *string { return &r.Key }),
	text("status", func(r *Record) *Status { return &r.Status }),
	score("test_mse", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.MSE }),
	score("test_mae", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.MAE }),
	windows("test_windows", func(r *Record) **Scores { return &r.Last }),
	score("best_mse", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.MSE }),
	score("best_mae", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.MAE }),
	windows("best_windows", func(r *Record) **Scores { return &r.Best }),
	number("best_step", func(r *Record) *int { return &r.BestStep }),
	score("val_mse", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.MSE }),
	score("val_mae", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.MAE }),
	windows("val_windows", func(r *Record) **Scores { return &r.Val }),
	number("steps", func(r *Record) *int { return &r.Steps }),
	number("parameters", func(r *Record) *int { return &r.Parameters }),
	real("seconds", func(r *Record) *float64 { return &r.Seconds }),
	large("peak_rss_bytes", func(r *Record) *int64 { return &r.PeakRSS }),
	real("step_seconds", func(r *Record) *float64 { return &r.StepSeconds }),
	real("step_iqr_seconds", func(r *Record) *float64 { return &r.StepIQR }),
	large("step_flops", func(r *Record) *int64 { return &r.StepFLOPs }),
	{"synthetic", func(r *Record) string { return strconv.FormatBool(r.Data.Synthetic) },
		func(r *Record, cell string) (err error) { r.Data.Synthetic, err = strconv.ParseBool(cell); return err }},
	text("data_source", func(r *Record) *string { return &r.Data.Source }),
	text("data_sha256", func(r *Record) *string { return &r.Data.SHA256 }),
	text("machine", func(r *Record) *string { return &r.Env }),
	text("versions", func(r *Record) *string { return &r.Versions }),
	text("commit", func(r *Record) *string { return &r.Commit }),
	text("date", func(r *Record) *string { return &r.Date }),
	text("error", func(r *Record) *string { return &r.Error }),
}

// pictureColumns follow the others in a file with runs of classifiers.
var pictureColumns = []column{
	number("size", func(r *Record) *int { return &r.Size }),
	number("skipped", func(r *Record) *int { return &r.Skipped }),
	real("step_wait_seconds", func(r *Record) *float64 { return &r.StepWait }),
	score("test_top1", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.Top1 }),
	score("test_top5", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.Top5 }),
	score("test_loss", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.Loss }),
	score("best_top1", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.Top1 }),
	score("best_top5", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.Top5 }),
	score("best_loss", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.Loss }),
	score("val_top1", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.Top1 }),
	score("val_top5", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.Top5 }),
	score("val_loss", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.Loss }),
	{"test_sizes", writeSizes, readSizes},
	{"curve", writeCurve, readCurve},
}

// sceneColumns follow these in a file with runs of classifiers of pixels.
var sceneColumns = []column{
	score("test_miou", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.MIoU }),
	classes("test_class_iou", func(r *Record) **Scores { return &r.Last }),
	score("best_miou", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.MIoU }),
	classes("best_class_iou", func(r *Record) **Scores { return &r.Best }),
	score("val_miou", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.MIoU }),
	classes("val_class_iou", func(r *Record) **Scores { return &r.Val }),
}

// objectColumns follow pictureColumns in a file with runs of detectors.
var objectColumns = slices.Concat(
	precisions("test_box_", func(r *Record) **Scores { return &r.Last }, func(s *Scores) **Precision { return &s.Boxes }),
	precisions("test_mask_", func(r *Record) **Scores { return &r.Last }, func(s *Scores) **Precision { return &s.Masks }),
	precisions("best_box_", func(r *Record) **Scores { return &r.Best }, func(s *Scores) **Precision { return &s.Boxes }),
	precisions("best_mask_", func(r *Record) **Scores { return &r.Best }, func(s *Scores) **Precision { return &s.Masks }),
)

// precisions are the columns of average precisions, empty where the record has none.
func precisions(prefix string, of func(r *Record) **Scores, part func(s *Scores) **Precision) (list []column) {
	for _, c := range []struct {
		name  string
		field func(p *Precision) *float64
	}{{"ap", func(p *Precision) *float64 { return &p.AP }}, {"ap50", func(p *Precision) *float64 { return &p.AP50 }}, {"ap75", func(p *Precision) *float64 { return &p.AP75 }}} {
		list = append(list, optional(prefix+c.name, of,
			func(s *Scores) string {
				if *part(s) == nil {
					return ""
				}
				return float(*c.field(*part(s)))
			},
			func(s *Scores, cell string) (err error) {
				if *part(s) == nil {
					*part(s) = new(Precision)
				}
				*c.field(*part(s)), err = strconv.ParseFloat(cell, 64)
				return err
			}))
	}
	return list
}

// classes is a column of the intersections over unions of classes, as "sky=0.9;road=0.8", empty where the record has none.
func classes(name string, of func(r *Record) **Scores) column {
	return optional(name, of,
		func(s *Scores) string {
			var parts []string
			for _, c := range s.IoU {
				parts = append(parts, c.Class+"="+float(c.IoU))
			}
			return strings.Join(parts, ";")
		},
		func(s *Scores, cell string) error {
			return eachPart(cell, func(part string) error {
				class, value, _ := strings.Cut(part, "=")
				iou, err := strconv.ParseFloat(value, 64)
				s.IoU = append(s.IoU, ClassIoU{class, iou})
				return err
			})
		})
}

// salesColumns follow the others in a file with runs on sales.
var salesColumns = []column{
	score("test_wrmsse", func(r *Record) **Scores { return &r.Last }, func(s *Scores) *float64 { return &s.WRMSSE }),
	score("best_wrmsse", func(r *Record) **Scores { return &r.Best }, func(s *Scores) *float64 { return &s.WRMSSE }),
	score("val_wrmsse", func(r *Record) **Scores { return &r.Val }, func(s *Scores) *float64 { return &s.WRMSSE }),
}

// writeSizes gives the scores at other sizes as "16=0.31/0.72/2.4/10000;48=...": top-1, top-5, loss and number of pictures.
func writeSizes(r *Record) string {
	var parts []string
	for _, s := range r.Sizes {
		parts = append(parts, fmt.Sprintf("%d=%s/%s/%s/%d", s.Size, float(s.Top1), float(s.Top5), float(s.Loss), s.Windows))
	}
	return strings.Join(parts, ";")
}

func readSizes(r *Record, cell string) error {
	return eachPart(cell, func(part string) error {
		var s SizeScores
		if _, err := fmt.Sscanf(part, "%d=%g/%g/%g/%d", &s.Size, &s.Top1, &s.Top5, &s.Loss, &s.Windows); err != nil {
			return fmt.Errorf("%q is no size with its scores", part)
		}
		r.Sizes = append(r.Sizes, s)
		return nil
	})
}

// eachPart reads what stands between the semicolons of a cell.
func eachPart(cell string, read func(part string) error) error {
	for part := range strings.SplitSeq(cell, ";") {
		if part == "" {
			continue
		}
		if err := read(part); err != nil {
			return err
		}
	}
	return nil
}

// writeCurve gives the course of a training as "100=2.1;200=1.8/1.7/0.41": the training loss after each step, then the
// cross-entropy and top-1 of the validation pictures where they were looked at.
func writeCurve(r *Record) string {
	var parts []string
	for _, p := range r.Curve {
		part := fmt.Sprintf("%d=%s", p.Step, float(p.Loss))
		if p.ValLoss != 0 {
			part += "/" + float(p.ValLoss) + "/" + float(p.ValTop1)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ";")
}

func readCurve(r *Record, cell string) error {
	return eachPart(cell, func(part string) error {
		var p CurvePoint
		var err error
		if strings.Contains(part, "/") {
			_, err = fmt.Sscanf(part, "%d=%g/%g/%g", &p.Step, &p.Loss, &p.ValLoss, &p.ValTop1)
		} else {
			_, err = fmt.Sscanf(part, "%d=%g", &p.Step, &p.Loss)
		}
		if err != nil {
			return fmt.Errorf("%q is no step with its losses", part)
		}
		r.Curve = append(r.Curve, p)
		return nil
	})
}

// form is a version and its columns.
type form struct {
	version string
	columns []column
}

var forms = []form{
	{csvVersion, columns},
	{pictureVersion, slices.Concat(columns, pictureColumns)},
	{salesVersion, slices.Concat(columns, salesColumns)},
	{sceneVersion, slices.Concat(columns, pictureColumns, sceneColumns)},
	{objectVersion, slices.Concat(columns, pictureColumns, objectColumns)},
}

// formOf is the one that records need; a study is never of pictures and sales both.
func formOf(records []*Record) form {
	switch {
	case slices.ContainsFunc(records, (*Record).Segments):
		return forms[3]
	case slices.ContainsFunc(records, (*Record).Detects):
		return forms[4]
	case slices.ContainsFunc(records, (*Record).Classifies):
		return forms[1]
	case slices.ContainsFunc(records, (*Record).Weighted):
		return forms[2]
	}
	return forms[0]
}

// text is a column of a string field.
func text[T ~string](name string, field func(r *Record) *T) column {
	return column{name, func(r *Record) string { return string(*field(r)) },
		func(r *Record, cell string) error { *field(r) = T(cell); return nil }}
}

// number is a column of a whole number.
func number(name string, field func(r *Record) *int) column {
	return column{name, func(r *Record) string { return strconv.Itoa(*field(r)) },
		func(r *Record, cell string) (err error) { *field(r), err = strconv.Atoi(cell); return err }}
}

// large is a column of a whole number that may be too large for 32 bits.
func large(name string, field func(r *Record) *int64) column {
	return column{name, func(r *Record) string { return strconv.FormatInt(*field(r), 10) },
		func(r *Record, cell string) (err error) { *field(r), err = strconv.ParseInt(cell, 10, 64); return err }}
}

// real is a column of a number that every record has.
func real(name string, field func(r *Record) *float64) column {
	return column{name, func(r *Record) string { return float(*field(r)) },
		func(r *Record, cell string) (err error) { *field(r), err = strconv.ParseFloat(cell, 64); return err }}
}

// score is a column of an error measure, empty where the record has none.
func score(name string, of func(r *Record) **Scores, field func(s *Scores) *float64) column {
	return optional(name, of,
		func(s *Scores) string { return float(*field(s)) },
		func(s *Scores, cell string) (err error) { *field(s), err = strconv.ParseFloat(cell, 64); return err })
}

func windows(name string, of func(r *Record) **Scores) column {
	return optional(name, of,
		func(s *Scores) string { return strconv.Itoa(s.Windows) },
		func(s *Scores, cell string) (err error) { s.Windows, err = strconv.Atoi(cell); return err })
}

func optional(name string, of func(r *Record) **Scores, get func(*Scores) string, set func(*Scores, string) error) column {
	return column{name,
		func(r *Record) string {
			if *of(r) == nil {
				return ""
			}
			return get(*of(r))
		},
		func(r *Record, cell string) error {
			if cell == "" {
				return nil
			}
			if *of(r) == nil {
				*of(r) = new(Scores)
			}
			return set(*of(r), cell)
		}}
}

// float writes a number so that it reads back as the same.
func float(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func (f form) header() []string {
	names := []string{"version", "study"}
	for _, c := range f.columns {
		names = append(names, c.name)
	}
	return names
}

// WriteCSV replaces the file at path by records as comma-separated values, one row a run: see the package comment for
// the columns. Rows are sorted by spec, key, tier and seed, so the same records give the same bytes. The published value is left
// out: it belongs to the spec, not to the run.
func WriteCSV(path, study string, records []*Record) error {
	sorted := slices.SortedFunc(slices.Values(records), inOrder)
	form := formOf(records)
	return WriteAtomic(path, func(w io.Writer) error {
		rows := csv.NewWriter(w)
		rows.Write(form.header())
		for _, record := range sorted {
			row := []string{form.version, study}
			for _, c := range form.columns {
				row = append(row, c.get(record))
			}
			rows.Write(row)
		}
		rows.Flush()
		return rows.Error()
	})
}

// inOrder is the order of records in files and lists.
func inOrder(a, b *Record) int {
	return cmp.Or(cmp.Compare(a.Spec, b.Spec), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Tier, b.Tier), cmp.Compare(a.Seed, b.Seed))
}

// ReadCSV reads what WriteCSV wrote. Damaged rows are skipped and named in Damaged, with file, line and column; a file
// that has other columns, or none, is an error.
func ReadCSV(path string) (*Scanned, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, Explain("read", path, err)
	}
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = -1
	first, err := rows.Read()
	known := slices.IndexFunc(forms, func(f form) bool { return slices.Equal(first, f.header()) })
	if err != nil || known < 0 {
		return nil, fmt.Errorf("%s does not start with the columns of a file of results, version %s to %s; `mambamixer results export` writes such files",
			path, csvVersion, objectVersion)
	}
	found := new(Scanned)
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return found, nil
		}
		var line int
		var record *Record
		if malformed := new(csv.ParseError); errors.As(err, &malformed) {
			line, err = malformed.StartLine, malformed.Err
		} else {
			line, _ = rows.FieldPos(0)
			record, err = forms[known].parse(row)
		}
		if err != nil {
			found.Damaged = append(found.Damaged, fmt.Errorf("%s line %d is damaged: %w", path, line, err))
			continue
		}
		found.Runs = append(found.Runs, Run{Dir: fmt.Sprintf("%s:%d", path, line), Record: record})
	}
}

func (f form) parse(row []string) (*Record, error) {
	if len(row) != len(f.columns)+2 {
		return nil, fmt.Errorf("it has %d cells instead of %d", len(row), len(f.columns)+2)
	}
	if row[0] != f.version {
		return nil, fmt.Errorf("its version is %q; a file with these columns has version %s", row[0], f.version)
	}
	record := new(Record)
	for i, c := range f.columns {
		if err := c.set(record, row[i+2]); err != nil {
			return nil, fmt.Errorf("column %s holds %q, which is not what belongs there", c.name, row[i+2])
		}
	}
	return record, record.check()
}

package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/ltsf"
	"mambamixer/datasets/m5"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
)

func runData(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	folder := f.dataFlag()
	mirror := f.String("mirror", "", "with get: fetch from this `address` in place of the official sources")
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) == 0 {
		return &usageError{"data needs one of list, get, check"}
	}
	verb, names := words[0], words[1:]
	for _, name := range names {
		if _, err := ltsf.Lookup(name); err != nil && !isSales(name) && !isScenes(name) && !isPictures(name) {
			return unknownSet(name)
		}
	}
	dirs := ltsf.SearchPath(*folder)
	switch verb {
	case "list":
		return listData(dirs)
	case "check":
		return checkData(ctx, names, dirs)
	case "get":
		if len(names) == 0 {
			return &usageError{"data get needs the name of a set; `mambamixer data list` shows all"}
		}
		target := *folder
		if target == "" {
			target = ltsf.UserDir()
		}
		return getData(ctx, names, dirs, target, *mirror)
	}
	return &usageError{fmt.Sprintf("data can't %q%s", verb, nearest.Hint(verb, []string{"list", "get", "check"}))}
}

// kind is one of sets, with their names.
type kind struct {
	what  string
	names []string
}

// kinds lists all sets that are known by name, series first.
func kinds() []kind {
	var sales, labelled []string
	for _, info := range m5.List() {
		sales = append(sales, info.Name)
	}
	for _, info := range scenes.List() {
		labelled = append(labelled, info.Name)
	}
	return []kind{{"series", ltsf.Names()}, {"sales", sales}, {"pictures", imagefolder.Names()}, {"scenes", labelled}}
}

// unknownSet says which sets of all kinds there are.
func unknownSet(name string) error {
	var names, list []string
	for _, k := range kinds() {
		names = append(names, k.names...)
		list = append(list, k.what+": "+strings.Join(k.names, ", "))
	}
	return fmt.Errorf("there is no data set %q%s There are %s", name, nearest.Hint(name, names), strings.Join(list, "; "))
}

func listData(dirs []string) error {
	table := &result.Table{Columns: []result.Column{
		{Name: "set"}, {Name: "rows", Right: true}, {Name: "variates", Right: true}, {Name: "every"}, {Name: "bytes", Right: true},
		{Name: "checksum"}, {Name: "licence"}, {Name: "source"}, {Name: "file"},
	}}
	var problems []error
	for _, s := range ltsf.List(dirs) {
		checksum, path, bytes := s.Checksum, s.Path, s.Bytes
		if !s.Present() {
			checksum, path, bytes = "-", "not here", s.Info.Bytes
		} else if s.Err != nil {
			problems = append(problems, s.Err)
		}
		table.Add(s.Info.Name, fmt.Sprint(s.Info.Rows), fmt.Sprint(s.Info.Variates), s.Info.Frequency, fmt.Sprint(bytes),
			checksum, s.Info.Licence, s.Info.Homepage, path)
	}
	fmt.Print(table.Text())
	fmt.Printf("\n%s\n%s\n%s", salesTable(dirs).Text(), picturesTable(dirs).Text(), scenesTable(dirs).Text())
	fmt.Printf("\nlooked in: %s\n", strings.Join(dirs, ", "))
	fmt.Println("`mambamixer data get <set>` fetches a series from its official source, and says how to get the others.")
	for _, problem := range problems {
		fmt.Println(problem)
	}
	return nil
}

// checkData verifies the named sets, or all that are here.
func checkData(ctx context.Context, names, dirs []string) error {
	if len(names) == 0 {
		if names = setsHere(dirs); len(names) == 0 {
			return fmt.Errorf("none of the data sets is in %s; `mambamixer data get <set>` fetches one", strings.Join(dirs, ", "))
		}
	}
	var failed []string
	for i, name := range names {
		if i > 0 {
			fmt.Println()
		}
		if err := checkSet(ctx, name, dirs); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			failed = append(failed, name)
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("not in order: %s", strings.Join(failed, ", "))
	}
	return nil
}

// setsHere names the sets that lie in one of dirs, of all kinds. Generated ones lie nowhere.
func setsHere(dirs []string) (names []string) {
	for _, s := range ltsf.List(dirs) {
		if s.Present() {
			names = append(names, s.Info.Name)
		}
	}
	for _, k := range kinds()[1:] {
		for _, name := range k.names {
			find := placeOf(name)
			_, missing := find(dirs)
			if _, nowhere := find(nil); missing == nil && nowhere != nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// checkSet verifies a series or a set of sales, or decodes all of a set of pictures or scenes, and shows what it is.
func checkSet(ctx context.Context, name string, dirs []string) error {
	switch {
	case isSales(name):
		return checkSales(name, dirs)
	case isScenes(name):
		return checkScenes(ctx, name, dirs)
	case isPictures(name):
		return checkPictures(ctx, name, dirs)
	}
	report, err := ltsf.Check(name, dirs)
	if err == nil {
		showReport(report)
	}
	return err
}

func showReport(r *ltsf.Report) {
	set := r.Set
	verdict := "checksum right"
	if !set.Verified {
		verdict = "no checksum is published for this form of the file"
	}
	fmt.Printf("%s: %s, SHA-256 %s, %s\n", r.Info.Name, set.Path, set.SHA256, verdict)
	fmt.Printf("%d rows of %d variates", set.Rows, set.Variates)
	if r.First != "" {
		fmt.Printf(", %s to %s", r.First, r.Last)
	}
	fmt.Printf("; train %d, validation %d, test %d rows\n", set.Split.Train.Len(), set.Split.Val.Len(), set.Split.Test.Len())
	table := &result.Table{Columns: []result.Column{{Name: "variate"}, {Name: "train mean", Right: true}, {Name: "train std", Right: true}}}
	for i, column := range set.Columns {
		table.Add(strings.ToValidUTF8(column, "?"), fmt.Sprintf("%.6g", r.Mean[i]), fmt.Sprintf("%.6g", r.Std[i]))
	}
	fmt.Print(table.Text())
}

// getData fetches into target what isn't in order in one of dirs already.
func getData(ctx context.Context, names, dirs []string, target, mirror string) error {
	for _, name := range names {
		if find := placeOf(name); find != nil {
			place, err := find(dirs)
			if err != nil {
				return err // which says what to fetch: the publishers want an account, or a reader of their terms
			}
			fmt.Printf("%s is here already: %s\n", name, place)
			continue
		}
		if report, err := ltsf.Check(name, dirs); err == nil {
			fmt.Printf("%s is at %s already\n", name, report.Set.Path)
			continue
		}
		downloader := ltsf.Downloader{Mirror: mirror, Progress: downloadProgress(name)}
		path, err := downloader.Get(ctx, name, target)
		if err != nil {
			return err
		}
		fmt.Printf("%s is at %s\n", name, path)
	}
	return nil
}

// placeOf gives the function that looks for a set that is not fetched by the program, nil for a series.
func placeOf(name string) func(dirs []string) (string, error) {
	if info, err := m5.Lookup(name); err == nil {
		return info.Find
	}
	if info, err := scenes.Lookup(name); err == nil {
		return info.Find
	}
	if info, err := imagefolder.Lookup(name); err == nil {
		return info.Find
	}
	return nil
}

// downloadProgress shows a bar on a terminal and nothing elsewhere.
func downloadProgress(name string) func(done, total int64) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int64) {
		if bar == nil {
			if total == 0 {
				total = -1
			}
			bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionSetDescription(name),
				progressbar.OptionShowBytes(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
		}
		bar.Set64(done)
	}
}

package report

import (
	"io"
	"path/filepath"

	"mambamixer/experiments/result"
)

// Write makes the files of a report in a folder and returns their paths: name.md, name.html, the figures, and for each
// study its tables as .tex and its cells as .csv.
func (r *Report) Write(folder, name string) ([]string, error) {
	type file struct {
		name  string
		write func(io.Writer) error
	}
	files := []file{{name + ".html", r.HTML}, {name + ".md", r.Markdown}}
	for _, s := range r.Sections {
		files = append(files, file{s.Name + ".tex", s.LaTeX})
		if len(s.Cells) > 0 {
			files = append(files, file{s.Name + ".csv", s.CSV})
		}
		for _, f := range s.Figures {
			files = append(files, file{filepath.Join("figures", f.ID+".svg"), f.write})
		}
	}
	var paths []string
	for _, f := range files {
		path := filepath.Join(folder, f.name)
		if err := result.WriteAtomic(path, f.write); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (f *Figure) write(w io.Writer) error {
	_, err := io.WriteString(w, string(f.SVG))
	return err
}

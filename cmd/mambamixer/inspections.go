package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"mambamixer/experiments/inspect"
	"mambamixer/experiments/result"
)

// inspectionsFolder is where inspections that a report shows lie, beside the results: a folder for each.
const inspectionsFolder = "inspections"

// loadInspections reads the inspections beside the sources of a report. Damaged ones are told and go to the damaged records.
func loadInspections(sources []string, loaded *result.Loaded) ([]*inspect.Inspection, error) {
	var folders []string
	for _, source := range sources {
		if info, err := os.Stat(source); err == nil && !info.IsDir() {
			source = filepath.Dir(source)
		}
		entries, err := os.ReadDir(filepath.Join(source, inspectionsFolder))
		if err != nil && !os.IsNotExist(err) {
			return nil, result.Explain("read", filepath.Join(source, inspectionsFolder), err)
		}
		for _, entry := range entries {
			if folder := filepath.Join(source, inspectionsFolder, entry.Name()); entry.IsDir() && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	var list []*inspect.Inspection
	for _, folder := range folders {
		found, err := inspect.Read(folder)
		if err != nil {
			fmt.Fprintf(os.Stderr, "skipped: %v\n", err)
			loaded.Damaged = append(loaded.Damaged, err)
			continue
		}
		list = append(list, found)
	}
	return list, nil
}

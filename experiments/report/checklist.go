package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"mambamixer/experiments/result"
)

// checklist answers, from the records that are in the tables, what a reader needs to judge and repeat them (after
// Pineau et al., JMLR 22:164, 2021).
func checklist(in Input, all []*analysis) []Item {
	var records []*result.Record
	known := map[*result.Record]bool{}
	var commands []string
	for _, a := range all {
		commands = append(commands, a.command(in.Tier))
		for _, e := range a.entries {
			for _, r := range e.Runs {
				if !known[r] {
					known[r] = true
					records = append(records, r)
				}
			}
		}
	}
	var seconds float64
	var memory int64
	for _, r := range records {
		seconds += r.Seconds
		memory = max(memory, r.PeakRSS)
	}
	if len(records) == 0 {
		return []Item{{"Commands that run it again", strings.Join(commands, "; ")}}
	}
	each := func(value func(*result.Record) string) string { return tally(records, value) }
	return []Item{
		{"Commands that run it again", strings.Join(commands, "; ")},
		{"Results read from", strings.Join(in.Sources, ", ")},
		{"Budget", "tier " + in.Tier + "; every run of it, of no other"},
		{"Number of runs", fmt.Sprintf("%s in the tables; the number of each cell stands in brackets behind it", count(len(records), "run"))},
		{"Seeds", each(func(r *result.Record) string { return fmt.Sprint(r.Seed) })},
		{"What ± means", "standard deviation of the sample over seeds, with n - 1"},
		{"Error measure", errorMeasure(records)},
		{"Windows tested", windowsTested(records)},
		{"Time", fmt.Sprintf("%s of training and validation in all", duration(seconds))},
		{"Memory", fmt.Sprintf("at most %.1f GB resident in a run's process", float64(memory)/1e9)},
		{"Hardware", each(func(r *result.Record) string { return r.Env })},
		{"Versions", each(func(r *result.Record) string { return r.Versions })},
		{"Code", each(func(r *result.Record) string { return short(r.Commit) })},
		{"Data", each(func(r *result.Record) string {
			return fmt.Sprintf("%s, %s, SHA-256 %s…", r.Data.Name, r.Data.Source, r.Data.SHA256[:min(12, len(r.Data.SHA256))])
		})},
		{"Dates", dates(records)},
	}
}

// errorMeasure says what is compared.
func errorMeasure(records []*result.Record) string {
	var measures []string
	pictures, sales := slices.ContainsFunc(records, (*result.Record).Classifies), slices.ContainsFunc(records, (*result.Record).Weighted)
	if !pictures && !sales || slices.ContainsFunc(records, func(r *result.Record) bool { return !r.Classifies() && !r.Weighted() }) {
		measures = append(measures, "mean squared error on data standardised by the training rows, over every test window, time step and variate")
	}
	if sales {
		measures = append(measures, "of sales the WRMSSE of the last 28 days, over the twelve levels of the hierarchy")
	}
	if slices.ContainsFunc(records, (*result.Record).Segments) {
		measures = append(measures, "of pixels the mean intersection over union over classes, at the size that the model sees")
	}
	if slices.ContainsFunc(records, (*result.Record).Detects) {
		measures = append(measures, "of objects COCO's average precision of boxes, over ten thresholds of the overlap and 101 recalls")
	}
	if slices.ContainsFunc(records, func(r *result.Record) bool { return r.Classifies() && !r.Segments() && !r.Detects() }) {
		measures = append(measures, "of pictures the share of right first guesses, over every test picture")
	}
	return strings.Join(append(measures, "weights after the last step"), "; ")
}

// tally lists the different values of the records, the most frequent first, with their numbers if there are several.
func tally(records []*result.Record, value func(*result.Record) string) string {
	counts := map[string]int{}
	for _, r := range records {
		counts[cmp.Or(value(r), "not recorded")]++
	}
	var values []string
	for v := range counts {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	for i, v := range values {
		values[i] = fmt.Sprintf("%s (%s)", v, count(counts[v], "run"))
	}
	return strings.Join(values, "; ")
}

// windowsTested lists the numbers of test windows by data set and horizon.
func windowsTested(records []*result.Record) string {
	type place struct {
		data             string
		horizon, windows int
	}
	var places []place
	for _, r := range records {
		p := place{r.Data.Name, r.Horizon, r.Headline().Windows}
		if !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.data, b.data), cmp.Compare(a.horizon, b.horizon), cmp.Compare(a.windows, b.windows))
	})
	var parts []string
	for i, p := range places {
		text := fmt.Sprintf("%d at %d", p.windows, p.horizon)
		if p.horizon == 0 {
			text = fmt.Sprintf("%d pictures", p.windows)
		}
		if i == 0 || places[i-1].data != p.data {
			parts = append(parts, p.data+" "+text)
		} else {
			parts[len(parts)-1] += ", " + text
		}
	}
	return strings.Join(parts, "; ")
}

func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Minute {
		return fmt.Sprintf("%.0f s", seconds)
	}
	return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

// short cuts a commit's hash, and keeps what follows it.
func short(commit string) string {
	hash, rest, changed := strings.Cut(commit, "+")
	if changed {
		rest = "+" + rest
	}
	return hash[:min(12, len(hash))] + rest
}

func dates(records []*result.Record) string {
	var days []string
	for _, r := range records {
		day, _, _ := strings.Cut(r.Date, "T")
		if day != "" {
			days = append(days, day)
		}
	}
	if len(days) == 0 {
		return ""
	}
	if first, last := slices.Min(days), slices.Max(days); first != last {
		return first + " to " + last
	}
	return days[0]
}

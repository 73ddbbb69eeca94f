package ltsf

import "fmt"

// Windows holds, for each split, the rows at which the history of a window may start. The window that starts at row s
// has its history in rows [s, s+L) and its target in rows [s+L, s+L+H).
type Windows struct{ Train, Val, Test Range }

// Windows lists every window of history L and horizon H at stride 1: N-L-H+1 of the N train rows, and N-H+1 of the N
// validation or test rows, whose history may lie in the split before. No window is dropped.
//
// Errors: a history or horizon below 1; a [ShortError] when a split has no window.
func (s Split) Windows(history, horizon int) (Windows, error) {
	if history < 1 {
		return Windows{}, fmt.Errorf("the history is %d rows; it must be at least 1", history)
	}
	if horizon < 1 {
		return Windows{}, fmt.Errorf("the horizon is %d rows; it must be at least 1", horizon)
	}
	for _, part := range []struct {
		name string
		rows Range
		need int
	}{{"train", s.Train, history + horizon}, {"validation", s.Val, horizon}, {"test", s.Test, horizon}} {
		if part.rows.Len() < part.need {
			return Windows{}, &ShortError{Split: part.name, Rows: part.rows.Len(), Need: part.need, History: history, Horizon: horizon}
		}
	}
	starts := func(rows Range, lookBack int) Range {
		return Range{rows.Start - lookBack, rows.End - history - horizon + 1}
	}
	return Windows{Train: starts(s.Train, 0), Val: starts(s.Val, history), Test: starts(s.Test, history)}, nil
}

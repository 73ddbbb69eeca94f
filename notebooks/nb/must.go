package nb

import (
	"fmt"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
)

// Must returns the value, or ends the cell with the error as its last words.
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Check ends the cell if there is an error.
func Check(err error) {
	if err == nil {
		return
	}
	if gonbui.IsNotebook {
		gonbui.Sync()
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Package process does runs in processes of their own, those of the command `mambamixer run`, and follows them by what
// they leave in their folders.
//
//	command := process.Command{File: "bin/mambamixer", Out: "runs"}
//	record, err := command.Attach(ctx, task, "the same call", func(s process.State) { fmt.Println(s) })
//
// [Command.Attach] starts a run that nobody works on, goes on with one that was stopped or whose process died, joins one
// that is at work, and reads one that is done: whoever calls it gets the record. The process it starts is in a session of
// its own and writes to [OutputFile] in the run's folder, so it lives on when its starter, a terminal or a notebook's
// kernel ends. What a run has come to is read from its folder alone, so any number of programs may follow it.
//
// When ctx is cancelled, the run's process is asked to save and stop, whoever started it. [Follow] only looks.
package process

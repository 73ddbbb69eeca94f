// Package jupyter speaks the Jupyter messaging protocol, version 5.3, on both of its sides.
//
// A kernel is a process that listens on five ZeroMQ sockets, named in a [Connection] file. A client such as JupyterLab
// sends it cells on "shell"; "control" is for what must not wait behind a running cell; and on "iopub" the kernel
// publishes what cells print and show. Each message is signed with the key of the connection file and names, as its
// parent, the request that it belongs to. A cell has ended when the kernel publishes the status "idle" for it.
//
//	client, err := jupyter.Dial(ctx, connection)       // the client's side: the runner of notebooks
//	id, err := client.Execute("fmt.Println(1)")
//	for message := range client.Published() { ... }
//
//	err := jupyter.Serve(ctx, connection, handle)      // the kernel's side: a kernel in one function
//
// [Serve] is what a user meets when the real kernel cannot start: each cell answers with the reason.
//
// The protocol is described at https://jupyter-client.readthedocs.io/en/stable/messaging.html.
package jupyter

package jupyter

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"github.com/go-zeromq/zmq4"
)

// Handler runs a cell. Its context ends when the user interrupts the cell. An error becomes the cell's error: its text
// is shown.
type Handler func(ctx context.Context, code string, out *Output) error

// Serve is a kernel that gives every cell to handle. It returns when a client asks for the end, or ctx ends.
func Serve(ctx context.Context, connection Connection, handle Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &server{
		connection: connection, session: rand.Text(), handle: handle, end: cancel,
		shell: zmq4.NewRouter(ctx, quiet), control: zmq4.NewRouter(ctx, quiet), stdin: zmq4.NewRouter(ctx, quiet),
		iopub: zmq4.NewPub(ctx, quiet), heartbeat: zmq4.NewRep(ctx, quiet),
	}
	if err := s.listen(); err != nil {
		return fmt.Errorf("a kernel can't listen: %w", err)
	}
	var loops sync.WaitGroup
	loops.Go(s.echo)
	loops.Go(func() { s.requests(ctx, s.control) })
	loops.Go(func() { s.requests(ctx, s.shell) })
	<-ctx.Done()
	for _, socket := range s.sockets() {
		socket.Close()
	}
	loops.Wait()
	return nil
}

// server is one run of Serve.
type server struct {
	connection                              Connection
	session                                 string
	handle                                  Handler
	end                                     func()
	shell, control, stdin, iopub, heartbeat zmq4.Socket

	sending sync.Mutex // over all sockets
	mutex   sync.Mutex
	stop    context.CancelFunc // interrupts the running cell; nil without one
	count   int                // of cells
}

func (s *server) sockets() map[int]zmq4.Socket {
	c := s.connection
	return map[int]zmq4.Socket{c.Shell: s.shell, c.Control: s.control, c.Stdin: s.stdin, c.IOPub: s.iopub, c.Heartbeat: s.heartbeat}
}

func (s *server) listen() error {
	var failures []error
	for port, socket := range s.sockets() {
		failures = append(failures, socket.Listen(s.connection.endpoint(port)))
	}
	return errors.Join(failures...)
}

// echo shows clients that the kernel is alive.
func (s *server) echo() {
	for {
		raw, err := s.heartbeat.Recv()
		if err != nil || s.heartbeat.Send(raw) != nil {
			return
		}
	}
}

// requests answers what arrives on one socket, one after the other.
func (s *server) requests(ctx context.Context, socket zmq4.Socket) {
	for {
		raw, err := socket.Recv()
		if err != nil {
			return
		}
		if request, err := decode(s.connection.Key, raw); err == nil {
			s.answer(ctx, socket, request)
		}
	}
}

func (s *server) answer(ctx context.Context, socket zmq4.Socket, request *Message) {
	out := &Output{s, request}
	out.publish("status", map[string]any{"execution_state": "busy"})
	defer out.publish("status", map[string]any{"execution_state": "idle"})
	reply := func(kind string, content any) { s.send(socket, kind, content, request, request.route) }
	ok := map[string]any{"status": "ok"}
	switch request.Header.Type {
	case "kernel_info_request":
		reply("kernel_info_reply", map[string]any{
			"status": "ok", "protocol_version": protocolVersion, "implementation": "mambamixer", "implementation_version": "1",
			"banner": "MambaMixer", "help_links": []any{},
			"language_info": map[string]any{"name": "go", "version": "1", "mimetype": "text/x-go", "file_extension": ".go"},
		})
	case "execute_request":
		reply("execute_reply", s.execute(ctx, request, out))
	case "interrupt_request":
		s.interrupt()
		reply("interrupt_reply", ok)
	case "shutdown_request":
		s.interrupt()
		reply("shutdown_reply", ok)
		s.end()
	case "comm_info_request":
		reply("comm_info_reply", map[string]any{"status": "ok", "comms": map[string]any{}})
	}
}

// execute runs a cell and returns the content of the reply.
func (s *server) execute(ctx context.Context, request *Message, out *Output) any {
	var cell struct {
		Code string `json:"code"`
	}
	err := request.Into(&cell)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mutex.Lock()
	s.count++
	count := s.count
	s.stop = cancel
	s.mutex.Unlock()
	out.publish("execute_input", map[string]any{"code": cell.Code, "execution_count": count})
	if err == nil {
		err = s.handle(ctx, cell.Code, out)
	}
	s.mutex.Lock()
	s.stop = nil
	s.mutex.Unlock()
	if err == nil {
		return map[string]any{"status": "ok", "execution_count": count, "user_expressions": map[string]any{}}
	}
	failure := map[string]any{"ename": "ERROR", "evalue": err.Error(), "traceback": []string{err.Error()}}
	out.publish("error", failure)
	failure["status"], failure["execution_count"] = "error", count
	return failure
}

func (s *server) interrupt() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.stop != nil {
		s.stop()
	}
}

// send drops what can't be sent: a client that is gone misses nothing.
func (s *server) send(socket zmq4.Socket, kind string, content any, parent *Message, route [][]byte) {
	message, err := newMessage(s.session, kind, content, parent)
	if err != nil {
		return
	}
	message.route = route
	if raw, err := message.encode(s.connection.Key); err == nil {
		s.sending.Lock()
		defer s.sending.Unlock()
		socket.SendMulti(raw)
	}
}

// Output is where a cell shows things.
type Output struct {
	server  *server
	request *Message
}

func (o *Output) publish(kind string, content any) {
	o.server.send(o.server.iopub, kind, content, o.request, [][]byte{[]byte(kind)})
}

// Print writes to "stdout" or "stderr" of the cell.
func (o *Output) Print(stream, text string) {
	o.publish("stream", map[string]any{"name": stream, "text": text})
}

// Display shows data, by MIME type. With an id it can be changed by Update.
func (o *Output) Display(id string, data map[string]any) { o.display("display_data", id, data) }

// Update changes what was shown under the id.
func (o *Output) Update(id string, data map[string]any) { o.display("update_display_data", id, data) }

func (o *Output) display(kind, id string, data map[string]any) {
	transient := map[string]any{}
	if id != "" {
		transient["display_id"] = id
	}
	o.publish(kind, map[string]any{"data": data, "metadata": map[string]any{}, "transient": transient})
}

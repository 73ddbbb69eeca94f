package jupyter

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Client is the side of the protocol that sends cells and receives what they show.
type Client struct {
	connection            Connection
	session               string
	shell, control, iopub zmq4.Socket
	cancel                context.CancelFunc
	replies, published    chan *Message
}

// Dial connects to a kernel and waits, until ctx ends, for it to be ready.
func Dial(ctx context.Context, connection Connection) (*Client, error) {
	life, cancel := context.WithCancel(context.WithoutCancel(ctx))
	c := &Client{
		connection: connection, session: rand.Text(), cancel: cancel,
		shell: zmq4.NewDealer(life, dialOptions()...), control: zmq4.NewDealer(life, dialOptions()...), iopub: zmq4.NewSub(life, dialOptions()...),
		replies: make(chan *Message), published: make(chan *Message),
	}
	// The library's Dial waits for the kernel to listen; it gives up when the sockets' context ends.
	stop := context.AfterFunc(ctx, cancel)
	defer stop()
	if err := c.dial(); err != nil {
		c.Close()
		return nil, fmt.Errorf("the kernel can't be reached: %w", err)
	}
	go c.receive(life, c.shell, c.replies)
	go c.receive(life, c.iopub, c.published)
	if err := c.await(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func dialOptions() []zmq4.Option {
	return []zmq4.Option{zmq4.WithDialerRetry(20 * time.Millisecond), zmq4.WithDialerMaxRetries(-1), quiet}
}

// quiet keeps the library's remarks off the terminal.
var quiet = zmq4.WithLogger(log.New(io.Discard, "", 0))

func (c *Client) dial() error {
	for _, socket := range []struct {
		zmq4.Socket
		port int
	}{{c.shell, c.connection.Shell}, {c.control, c.connection.Control}, {c.iopub, c.connection.IOPub}} {
		if err := socket.Dial(c.connection.endpoint(socket.port)); err != nil {
			return err
		}
	}
	return c.iopub.SetOption(zmq4.OptionSubscribe, "")
}

// receive passes messages on until the socket is closed. What is damaged or has a wrong signature is dropped.
func (c *Client) receive(life context.Context, socket zmq4.Socket, to chan<- *Message) {
	for {
		raw, err := socket.Recv()
		if err != nil {
			return
		}
		message, err := decode(c.connection.Key, raw)
		if err != nil {
			continue
		}
		select {
		case to <- message:
		case <-life.Done():
			return
		}
	}
}

// await asks the kernel for its description until something published in answer arrives: only then does the kernel
// know of the subscription, and before it nothing published would be seen.
func (c *Client) await(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := c.send(c.shell, "kernel_info_request", struct{}{}); err != nil {
			return fmt.Errorf("the kernel can't be asked what it is: %w", err)
		}
		for waiting := true; waiting; {
			select {
			case message := <-c.published:
				if message.Parent.Session == c.session {
					return nil
				}
			case <-c.replies:
			case <-tick.C:
				waiting = false
			case <-ctx.Done():
				return fmt.Errorf("the kernel does not answer: %w", ctx.Err())
			}
		}
	}
}

// send returns the id of what was sent.
func (c *Client) send(socket zmq4.Socket, kind string, content any) (string, error) {
	message, err := newMessage(c.session, kind, content, nil)
	if err != nil {
		return "", err
	}
	raw, err := message.encode(c.connection.Key)
	if err != nil {
		return "", err
	}
	return message.Header.ID, socket.SendMulti(raw)
}

// Execute sends a cell. The messages that answer it have the returned id as their parent's.
func (c *Client) Execute(code string) (id string, err error) {
	return c.send(c.shell, "execute_request", map[string]any{
		"code": code, "silent": false, "store_history": true, "user_expressions": map[string]any{},
		"allow_stdin": false, "stop_on_error": true,
	})
}

// Interrupt asks the kernel to end the cell that is running.
func (c *Client) Interrupt() error {
	_, err := c.send(c.control, "interrupt_request", struct{}{})
	return err
}

// Shutdown asks the kernel to end.
func (c *Client) Shutdown() error {
	_, err := c.send(c.control, "shutdown_request", map[string]any{"restart": false})
	return err
}

// Replies gives the answers to requests.
func (c *Client) Replies() <-chan *Message { return c.replies }

// Published gives what the kernel publishes: output, and its status.
func (c *Client) Published() <-chan *Message { return c.published }

// Close leaves the kernel, which goes on.
func (c *Client) Close() {
	c.cancel()
	for _, socket := range []zmq4.Socket{c.shell, c.control, c.iopub} {
		socket.Close()
	}
}

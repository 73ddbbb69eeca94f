package jupyter

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
)

// Connection says where a kernel listens and how its messages are signed. Its JSON form is Jupyter's connection file.
type Connection struct {
	Transport       string `json:"transport"`
	IP              string `json:"ip"`
	Shell           int    `json:"shell_port"`
	IOPub           int    `json:"iopub_port"`
	Stdin           int    `json:"stdin_port"`
	Control         int    `json:"control_port"`
	Heartbeat       int    `json:"hb_port"`
	SignatureScheme string `json:"signature_scheme"`
	Key             string `json:"key"`
}

const scheme = "hmac-sha256"

// NewConnection chooses five free ports of this machine and a new key.
func NewConnection() (Connection, error) {
	c := Connection{Transport: "tcp", IP: "127.0.0.1", SignatureScheme: scheme, Key: rand.Text()}
	for _, port := range c.ports() {
		// All listeners stay open until the last port is chosen, so that no port is chosen twice.
		listener, err := net.Listen("tcp", c.IP+":0")
		if err != nil {
			return c, fmt.Errorf("no port of this machine is free for a kernel: %w", err)
		}
		defer listener.Close()
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return c, nil
}

func (c *Connection) ports() []*int {
	return []*int{&c.Shell, &c.IOPub, &c.Stdin, &c.Control, &c.Heartbeat}
}

// ReadConnection reads a connection file.
func ReadConnection(path string) (c Connection, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("the connection file can't be read: %w", err)
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s is no Jupyter connection file: %w", path, err)
	}
	if c.Transport != "tcp" || c.SignatureScheme != scheme {
		return c, fmt.Errorf("%s asks for transport %q and signatures %q; this kernel has tcp and %s", path, c.Transport, c.SignatureScheme, scheme)
	}
	for _, port := range c.ports() {
		if *port < 1 || *port > 65535 {
			return c, fmt.Errorf("%s names the port %d, which does not exist", path, *port)
		}
	}
	return c, nil
}

// Write writes the connection file, which this user alone may read: it holds the key.
func (c Connection) Write(path string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func (c Connection) endpoint(port int) string {
	return fmt.Sprintf("%s://%s:%d", c.Transport, c.IP, port)
}

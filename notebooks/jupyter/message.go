package jupyter

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-zeromq/zmq4"
)

// Header names a message.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Message is one message of the protocol.
type Message struct {
	Header  Header
	Parent  Header // of the request that the message belongs to
	Content json.RawMessage

	route [][]byte // by which ZeroMQ finds the client again, or the topic of what is published
}

// Into decodes the content.
func (m *Message) Into(v any) error {
	if err := json.Unmarshal(m.Content, v); err != nil {
		return fmt.Errorf("the kernel's message %s is damaged: %w", m.Header.Type, err)
	}
	return nil
}

const protocolVersion = "5.3"

// newMessage makes a message of the given type and content, an answer to parent unless that is nil.
func newMessage(session, kind string, content any, parent *Message) (*Message, error) {
	body, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	m := &Message{Content: body, Header: Header{
		ID: rand.Text(), Session: session, Username: "mambamixer", Date: time.Now().UTC().Format(time.RFC3339Nano),
		Type: kind, Version: protocolVersion,
	}}
	if parent != nil {
		m.Parent, m.route = parent.Header, parent.route
	}
	return m, nil
}

// delimiter parts the route of a message from its text.
var delimiter = []byte("<IDS|MSG>")

// encode gives the frames of a message: route, delimiter, signature, header, parent, metadata, content.
func (m *Message) encode(key string) (zmq4.Msg, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return zmq4.Msg{}, err
	}
	parent := []byte("{}")
	if m.Parent.ID != "" {
		if parent, err = json.Marshal(m.Parent); err != nil {
			return zmq4.Msg{}, err
		}
	}
	text := [][]byte{header, parent, []byte("{}"), m.Content}
	frames := append([][]byte{}, m.route...)
	frames = append(frames, delimiter, sign(key, text))
	return zmq4.NewMsgFrom(append(frames, text...)...), nil
}

// decode is the reverse of encode. A wrong signature is an error.
func decode(key string, raw zmq4.Msg) (*Message, error) {
	for i, frame := range raw.Frames {
		if !bytes.Equal(frame, delimiter) {
			continue
		}
		rest := raw.Frames[i+1:]
		if len(rest) < 5 {
			break
		}
		if !hmac.Equal(rest[0], sign(key, rest[1:5])) {
			return nil, errors.New("a message has a wrong signature")
		}
		m := &Message{Content: rest[4], route: raw.Frames[:i]}
		return m, errors.Join(json.Unmarshal(rest[1], &m.Header), json.Unmarshal(rest[2], &m.Parent))
	}
	return nil, errors.New("a message lacks parts")
}

func sign(key string, text [][]byte) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	for _, part := range text {
		mac.Write(part)
	}
	return []byte(hex.EncodeToString(mac.Sum(nil)))
}

package main

import (
	"encoding/binary"
	"math"
	"net"
	"os"
	"sync"
	"time"
)

// What s3compat's recorder writes (conformance/evidence/recorder.py): a kind, the connection's
// number, Unix time, the length of the data, the data.
const (
	opened   = 'O'
	sent     = 'S'
	received = 'R'
	ended    = 'E'
	trouble  = 'X'
)

type record struct {
	mutex sync.Mutex
	file  *os.File // nil: nothing is recorded
	count uint64
}

func openRecord(path string) (*record, error) {
	if path == "" {
		return &record{}, nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &record{file: file}, err
}

// tap makes a connection write down what passes; under TLS that is the plain text.
func (r *record) tap(connection net.Conn, peer string, err error) (net.Conn, error) {
	r.mutex.Lock()
	r.count++
	number := r.count
	r.mutex.Unlock()
	r.write(opened, number, []byte(peer))
	if err != nil {
		r.write(trouble, number, []byte(err.Error()))
		return nil, err
	}
	return &tapped{Conn: connection, record: r, number: number}, nil
}

func (r *record) write(kind byte, number uint64, data []byte) {
	if r.file == nil {
		return
	}
	event := make([]byte, 21, 21+len(data))
	event[0] = kind
	binary.BigEndian.PutUint64(event[1:], number)
	now := float64(time.Now().UnixNano()) / 1e9
	binary.BigEndian.PutUint64(event[9:], math.Float64bits(now))
	binary.BigEndian.PutUint32(event[17:], uint32(len(data)))
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if _, err := r.file.Write(append(event, data...)); err != nil {
		panic(err) // evidence that is not written must not pass for none
	}
}

type tapped struct {
	net.Conn
	record *record
	number uint64
}

func (t *tapped) Write(data []byte) (int, error) {
	t.record.write(sent, t.number, data) // before it is sent: the answer may be read at once
	return t.Conn.Write(data)
}

func (t *tapped) Read(data []byte) (int, error) {
	count, err := t.Conn.Read(data)
	if count > 0 {
		t.record.write(received, t.number, data[:count])
	} else if err != nil {
		t.record.write(ended, t.number, nil)
	}
	return count, err
}

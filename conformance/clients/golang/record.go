package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
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
	refused  = 'F'
)

const (
	hostsVariable = "S3COMPAT_HOSTS" // "host:port,host:*"; a host's subdomains belong to it
	mostReceived  = 64 << 20         // bytes that one command takes
)

type record struct {
	mutex sync.Mutex
	file  *os.File // nil: nothing is recorded
	count uint64
	taken int64
}

// mayReach refuses a host that is neither the endpoint's nor declared.
func (r *record) mayReach(address string) error {
	allowed, given := os.LookupEnv(hostsVariable)
	if !given || r.file == nil {
		return nil // run by a person
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	for _, one := range strings.Split(allowed, ",") {
		index := strings.LastIndex(one, ":")
		if index < 0 {
			continue
		}
		name := strings.TrimPrefix(strings.Trim(one[:index], "[]"), "*.")
		mine := strings.EqualFold(host, name) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(name))
		if mine && (one[index+1:] == "*" || one[index+1:] == port) {
			return nil
		}
	}
	r.mutex.Lock()
	r.count++
	number := r.count
	r.mutex.Unlock()
	r.write(opened, number, []byte("http://"+address))
	r.write(refused, number, []byte(address))
	return fmt.Errorf("refused by s3compat: %s is not the endpoint's, nor declared", address)
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
	if atomic.AddInt64(&t.record.taken, int64(count)) > mostReceived {
		t.record.write(trouble, t.number, []byte("more than 64 MiB came; given up"))
		return 0, errors.New("more than 64 MiB came; given up")
	}
	if count > 0 {
		t.record.write(received, t.number, data[:count])
	} else if err != nil {
		t.record.write(ended, t.number, nil)
	}
	return count, err
}

package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// toGateway sends what is meant for Amazon to an AIStore gateway: the bucket moves from the host's
// name into the path, below the gateway's own.
// https://github.com/NVIDIA/aistore/blob/main/docs/s3compat.md#using-go-client-to-execute-presigned-s3-requests
type toGateway struct {
	gateway *url.URL
	next    http.RoundTripper
}

func (t *toGateway) RoundTrip(request *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(request.URL.Hostname(), ".amazonaws.com") {
		return t.next.RoundTrip(request) // a redirect to a target
	}
	bucket, _, _ := strings.Cut(request.URL.Hostname(), ".")
	request.URL.Scheme = t.gateway.Scheme
	request.URL.Host = t.gateway.Host
	prefix := strings.TrimSuffix(t.gateway.Path, "/") + "/" + bucket
	if request.URL.RawPath != "" {
		request.URL.RawPath = prefix + request.URL.RawPath
	}
	request.URL.Path = prefix + request.URL.Path
	return t.next.RoundTrip(request)
}

// newTransport connects without a proxy, verifies as told, and records where S3COMPAT_RECORD says.
func newTransport(given options) (http.RoundTripper, error) {
	verify := &tls.Config{InsecureSkipVerify: given.insecure}
	if given.ca != "" {
		pem, err := os.ReadFile(given.ca)
		if err != nil {
			return nil, err
		}
		verify.RootCAs = x509.NewCertPool()
		if !verify.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", given.ca)
		}
	}
	record, err := openRecord(os.Getenv("S3COMPAT_RECORD"))
	if err != nil {
		return nil, err
	}
	plain := &net.Dialer{}
	secure := &tls.Dialer{Config: verify}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if err := record.mayReach(address); err != nil {
				return nil, err
			}
			connection, err := plain.DialContext(ctx, network, address)
			return record.tap(connection, "http://"+address, err)
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if err := record.mayReach(address); err != nil {
				return nil, err
			}
			connection, err := secure.DialContext(ctx, network, address)
			return record.tap(connection, "https://"+address, err)
		},
	}
	if given.via == "" {
		return transport, nil
	}
	gateway, err := url.Parse(given.via)
	if err != nil {
		return nil, err
	}
	return &toGateway{gateway: gateway, next: transport}, nil
}

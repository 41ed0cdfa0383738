// Command s3go does one S3 operation with the AWS SDK for Go v2, for s3compat's `go` client.
//
//	s3go -endpoint http://localhost:8080/s3 GetObject '{"Bucket": "bck", "Key": "obj"}' -out file
//
// The operation and its members have Amazon's names. With -via instead of -endpoint the SDK keeps
// Amazon's own address and a RoundTripper sends the request to an AIStore gateway, as AIStore's
// page on S3 compatibility shows it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type options struct {
	endpoint, via, region, ca, bodyFile, out string
	insecure, virtual, anonymous             bool
}

func main() {
	given := options{}
	flag.StringVar(&given.endpoint, "endpoint", "", "the S3 to ask")
	flag.StringVar(&given.via, "via", "", "send requests made for Amazon to this gateway, its path included")
	flag.StringVar(&given.region, "region", "us-east-1", "region requests are signed for")
	flag.StringVar(&given.ca, "ca", "", "PEM file to verify TLS with")
	flag.BoolVar(&given.insecure, "insecure", false, "do not verify TLS certificates")
	flag.BoolVar(&given.virtual, "virtual", false, "put the bucket into the host's name")
	flag.BoolVar(&given.anonymous, "anonymous", false, "do not sign")
	flag.StringVar(&given.bodyFile, "body", "", "file to send as Body")
	flag.StringVar(&given.out, "out", "", "file for the Body of the answer")
	version := flag.Bool("version", false, "print the SDK's version and end")
	flag.Parse()
	if *version {
		fmt.Printf("aws-sdk-go-v2/%s\n", aws.SDKVersion)
		return
	}
	if flag.NArg() != 2 {
		refuse(errors.New("expected an operation and its members as JSON"))
	}
	if err := do(given, flag.Arg(0), []byte(flag.Arg(1))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// refuse ends the program for what it cannot even ask.
func refuse(err error) {
	fmt.Fprintf(os.Stderr, "s3go cannot: %v\n", err)
	os.Exit(2)
}

// do runs the operation by its name and prints the members of its answer.
func do(given options, operation string, members []byte) error {
	transport, err := newTransport(given)
	if err != nil {
		return err
	}
	client := reflect.ValueOf(newClient(given, &http.Client{Transport: transport}))
	method := client.MethodByName(operation)
	if !method.IsValid() {
		refuse(fmt.Errorf("the SDK has no operation %s", operation))
	}
	input := reflect.New(method.Type().In(1).Elem())
	decoder := json.NewDecoder(strings.NewReader(string(members)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(input.Interface()); err != nil {
		refuse(err)
	}
	if given.bodyFile != "" {
		file, err := os.Open(given.bodyFile)
		if err != nil {
			return err
		}
		defer file.Close()
		input.Elem().FieldByName("Body").Set(reflect.ValueOf(file))
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), input})
	if err, failed := results[1].Interface().(error); failed {
		return err
	}
	if err := drain(results[0]); err != nil {
		return err
	}
	return show(results[0].Elem(), given.out)
}

// drain reads the events of an answer that is a stream of them, to its end.
func drain(output reflect.Value) error {
	getter := output.MethodByName("GetStream")
	if !getter.IsValid() {
		return nil
	}
	stream := getter.Call(nil)[0]
	events := stream.MethodByName("Events").Call(nil)[0]
	for {
		if _, open := events.Recv(); !open {
			break
		}
	}
	if err, failed := stream.MethodByName("Err").Call(nil)[0].Interface().(error); failed {
		return err
	}
	return nil
}

// show writes a streamed body to a file and the other members to standard output.
func show(output reflect.Value, out string) error {
	if body := output.FieldByName("Body"); body.IsValid() && !body.IsNil() {
		if stream, streams := body.Interface().(io.ReadCloser); streams {
			defer stream.Close()
			if err := save(stream, out); err != nil {
				return err
			}
			body.SetZero()
		}
	}
	output.FieldByName("ResultMetadata").SetZero()
	shown, err := json.Marshal(output.Interface())
	if err != nil {
		return err
	}
	fmt.Println(string(shown))
	return nil
}

func save(stream io.Reader, out string) error {
	if out == "" {
		_, err := io.Copy(io.Discard, stream)
		return err
	}
	file, err := os.Create(out)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(file, stream)
	return err
}

func newClient(given options, client *http.Client) *s3.Client {
	return s3.New(s3.Options{
		Region:      given.region,
		Credentials: credentials(given),
		HTTPClient:  client,
		Retryer:     aws.NopRetryer{},
	}, func(settings *s3.Options) {
		if given.endpoint != "" {
			settings.BaseEndpoint = aws.String(given.endpoint)
			settings.UsePathStyle = !given.virtual
		}
	})
}

func credentials(given options) aws.CredentialsProvider {
	if given.anonymous {
		return aws.AnonymousCredentials{}
	}
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		}, nil
	})
}

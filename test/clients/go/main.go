// Drives cos-go-sdk-v5, as it is published, through what an application does with it. Each case ends as one line of
// JSON on standard output.
package main

import (
	"context"
	"crypto/md5"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/tencentyun/cos-go-sdk-v5"
)

const (
	bucket = "examplebucket-1250000000"
	region = "ap-guangzhou"
	mib    = 1024 * 1024

	customerKey    = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	customerDigest = "U5L61r7jcwdNvT7frmUG8g=="
)

var (
	secretID  = os.Getenv("SERVICE_SECRET_ID")
	secretKey = os.Getenv("SERVICE_SECRET_KEY")
	scratch   = os.Getenv("SCRATCH")
	ctx       = context.Background()
	plain     = &http.Client{Transport: transport()}
	main_     = clientFor(bucket, secretID, secretKey)
)

// The service as an HTTP proxy, so that the client uses the addresses that it would use anyway.
func transport() *http.Transport {
	service, err := url.Parse(os.Getenv("SERVICE_URL"))
	if err != nil {
		panic(err)
	}
	return &http.Transport{Proxy: http.ProxyURL(service)}
}

func clientFor(name, id, key string) *cos.Client {
	address, _ := url.Parse(fmt.Sprintf("http://%s.cos.%s.myqcloud.com", name, region))
	everything, _ := url.Parse("http://service.cos.myqcloud.com")
	signed := http.Client{Transport: &cos.AuthorizationTransport{SecretID: id, SecretKey: key, Transport: transport()}}
	client := cos.NewClient(&cos.BaseURL{BucketURL: address, ServiceURL: everything}, &signed)
	client.Conf.RetryOpt.Count = 1
	return client
}

func sessionFor(name, id, key, token string) *cos.Client {
	address, _ := url.Parse(fmt.Sprintf("http://%s.cos.%s.myqcloud.com", name, region))
	signed := http.Client{Transport: &cos.AuthorizationTransport{SecretID: id, SecretKey: key, SessionToken: token, Transport: transport()}}
	client := cos.NewClient(&cos.BaseURL{BucketURL: address}, &signed)
	client.Conf.RetryOpt.Count = 1
	return client
}

func anonymousFor(name string) *cos.Client {
	address, _ := url.Parse(fmt.Sprintf("http://%s.cos.%s.myqcloud.com", name, region))
	return cos.NewClient(&cos.BaseURL{BucketURL: address}, plain)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func same(actual, expected any) {
	if a, e := fmt.Sprintf("%v", actual), fmt.Sprintf("%v", expected); a != e {
		panic(fmt.Sprintf("expected %.300s, got %.300s", e, a))
	}
}

// Fails unless the service refused with this status and code.
func refused(err error, status int, code string) {
	answer, ok := cos.IsCOSError(err)
	if !ok {
		panic(fmt.Sprintf("expected %d %s, got %v", status, code, err))
	}
	same(fmt.Sprint(answer.Response.StatusCode, " ", answer.Code), fmt.Sprint(status, " ", code))
	if answer.RequestID == "" && answer.Response.Request.Method != http.MethodHead {
		panic("the error has no request id")
	}
}

func body(response *cos.Response, err error) string {
	check(err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	check(err)
	return string(content)
}

func read(key string) string { return body(main_.Object.Get(ctx, key, nil)) }

func put(key, content string) *cos.Response {
	response, err := main_.Object.Put(ctx, key, strings.NewReader(content), nil)
	check(err)
	return response
}

func fetch(method, address, content string) (int, string) {
	request, err := http.NewRequest(method, address, strings.NewReader(content))
	check(err)
	response, err := plain.Do(request)
	check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	check(err)
	return response.StatusCode, string(answer)
}

func madeUp(size, seed int) string {
	content := make([]byte, size)
	for i := range content {
		content[i] = byte(i*31 + i>>8*7 + seed)
	}
	return string(content)
}

func file(name, content string) string {
	path := filepath.Join(scratch, name)
	check(os.WriteFile(path, []byte(content), 0o600))
	return path
}

func etag(content string) string { return fmt.Sprintf("\"%x\"", md5.Sum([]byte(content))) }

func begin(key string) string {
	started, _, err := main_.Object.InitiateMultipartUpload(ctx, key, nil)
	check(err)
	return started.UploadID
}

func send(key, upload string, number int, content string) cos.Object {
	response, err := main_.Object.UploadPart(ctx, key, upload, number, strings.NewReader(content), nil)
	check(err)
	return cos.Object{PartNumber: number, ETag: response.Header.Get("ETag")}
}

func complete(key, upload string, parts ...cos.Object) (*cos.CompleteMultipartUploadResult, error) {
	done, _, err := main_.Object.CompleteMultipartUpload(ctx, key, upload, &cos.CompleteMultipartUploadOptions{Parts: parts})
	return done, err
}

func source(key string) string { return fmt.Sprintf("%s.cos.%s.myqcloud.com/%s", bucket, region, key) }

type testCase struct {
	name string
	run  func()
}

func outcome(c testCase) (detail string) {
	defer func() {
		if failure := recover(); failure != nil {
			detail = fmt.Sprintf("%.1500v", failure)
		}
	}()
	c.run()
	return ""
}

// Prints key and content of every object, and leaves one: other clients compare what they see.
func exchange() {
	listed, _, err := main_.Bucket.Get(ctx, nil)
	check(err)
	contents := map[string]string{}
	for _, each := range listed.Contents {
		answer, err := main_.Object.Get(ctx, each.Key, nil)
		check(err)
		content, err := io.ReadAll(answer.Body)
		check(err)
		contents[each.Key] = string(content)
	}
	_, err = main_.Object.Put(ctx, "from/go 照片+.txt", strings.NewReader("go"), nil)
	check(err)
	check(json.NewEncoder(os.Stdout).Encode(contents))
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "exchange" {
		exchange()
		return
	}
	lines := json.NewEncoder(os.Stdout)
	cases := append(objectCases, bucketCases...)
	for _, c := range cases {
		detail := outcome(c)
		check(lines.Encode(map[string]any{"case": c.name, "ok": detail == "", "detail": detail}))
	}
	check(lines.Encode(map[string]any{"done": len(cases)}))
}

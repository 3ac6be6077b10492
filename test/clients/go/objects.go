package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tencentyun/cos-go-sdk-v5"
)

var objectCases = []testCase{
	{"Put stores bytes, type and meta headers", func() {
		content := madeUp(100_000, 1)
		meta := http.Header{"x-cos-meta-a": []string{"b"}}
		response, err := main_.Object.Put(ctx, "put/dir/空格 +&.bin", strings.NewReader(content), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{ContentType: "text/x", CacheControl: "max-age=1", XCosMetaXXX: &meta},
		})
		check(err)
		same(response.Header.Get("ETag"), etag(content))
		head, err := main_.Object.Head(ctx, "put/dir/空格 +&.bin", nil)
		check(err)
		for name, value := range map[string]string{"Content-Length": "100000", "Content-Type": "text/x", "Cache-Control": "max-age=1", "x-cos-meta-a": "b"} {
			same(head.Header.Get(name), value)
		}
		same(read("put/dir/空格 +&.bin") == content, true)
	}},
	{"Put stores an empty body, and PutFromFile a file", func() {
		put("put/empty", "")
		same(read("put/empty"), "")
		_, err := main_.Object.PutFromFile(ctx, "put/file", file("put.bin", madeUp(300_000, 2)), nil)
		check(err)
		same(read("put/file") == madeUp(300_000, 2), true)
	}},
	{"Put refuses a wrong digest, a traffic limit out of range, and to overwrite", func() {
		_, err := main_.Object.Put(ctx, "put/md5", strings.NewReader("x"), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{ContentMD5: "CY9rzUYh03PK3k6DJie09g=="}})
		refused(err, 400, "BadDigest")
		_, err = main_.Object.Put(ctx, "put/slow", strings.NewReader("x"), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosTrafficLimit: 1}})
		refused(err, 400, "InvalidArgument")
		put("put/once", "first")
		once := http.Header{"x-cos-forbid-overwrite": []string{"true"}}
		_, err = main_.Object.Put(ctx, "put/once", strings.NewReader("second"), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XOptionHeader: &once}})
		refused(err, 409, "FileAlreadyExists")
		same(read("put/once"), "first")
	}},
	{"Get reads ranges, overrides headers and keeps to conditions", func() {
		put("get/a", "0123456789")
		same(body(main_.Object.Get(ctx, "get/a", &cos.ObjectGetOptions{Range: "bytes=2-4"})), "234")
		same(body(main_.Object.Get(ctx, "get/a", &cos.ObjectGetOptions{Range: "bytes=-3"})), "789")
		_, err := main_.Object.Get(ctx, "get/a", &cos.ObjectGetOptions{Range: "bytes=10-"})
		refused(err, 416, "InvalidRange")
		response, err := main_.Object.Get(ctx, "get/a", &cos.ObjectGetOptions{ResponseContentType: "text/html"})
		check(err)
		response.Body.Close()
		same(response.Header.Get("Content-Type"), "text/html")
		_, err = main_.Object.Head(ctx, "get/a", &cos.ObjectHeadOptions{IfModifiedSince: response.Header.Get("Last-Modified")})
		same(strings.Contains(fmt.Sprint(err), "304"), true)
	}},
	{"GetToFile and a key that is missing", func() {
		_, err := main_.Object.GetToFile(ctx, "get/a", filepath.Join(scratch, "get.back"), nil)
		check(err)
		content, err := os.ReadFile(filepath.Join(scratch, "get.back"))
		check(err)
		same(string(content), "0123456789")
		_, err = main_.Object.Get(ctx, "get/none", nil)
		refused(err, 404, "NoSuchKey")
		same(cos.IsNotFoundError(err), true)
		exists, err := main_.Object.IsExist(ctx, "get/none")
		check(err)
		same(exists, false)
	}},
	{"wrong, unknown and missing keys", func() {
		_, err := clientFor(bucket, secretID, "wrong").Object.Put(ctx, "denied", strings.NewReader("x"), nil)
		refused(err, 403, "SignatureDoesNotMatch")
		_, err = clientFor(bucket, "AKIDnobody", secretKey).Object.Get(ctx, "get/a", nil)
		refused(err, 403, "InvalidAccessKeyId")
		_, err = anonymousFor(bucket).Object.Get(ctx, "get/a", nil)
		refused(err, 403, "AccessDenied")
	}},
	{"Delete and DeleteMulti", func() {
		for _, name := range []string{"a", "b", "c"} {
			put("delete/"+name, "x")
		}
		for i := 0; i < 2; i++ {
			_, err := main_.Object.Delete(ctx, "delete/a")
			check(err)
		}
		done, _, err := main_.Object.DeleteMulti(ctx, &cos.ObjectDeleteMultiOptions{
			Objects: []cos.Object{{Key: "delete/b"}, {Key: "delete/none"}}})
		check(err)
		same(len(done.DeletedObjects), 2)
		left, _, err := main_.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: "delete/"})
		check(err)
		same(len(left.Contents), 1)
		same(left.Contents[0].Key, "delete/c")
	}},
	{"Copy keeps or replaces headers", func() {
		meta := http.Header{"x-cos-meta-a": []string{"1"}}
		_, err := main_.Object.Put(ctx, "copy/source", strings.NewReader("source"), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosMetaXXX: &meta}})
		check(err)
		kept, _, err := main_.Object.Copy(ctx, "copy/kept", source("copy/source"), nil)
		check(err)
		same(kept.ETag, etag("source"))
		other := http.Header{"x-cos-meta-a": []string{"2"}}
		_, _, err = main_.Object.Copy(ctx, "copy/changed", source("copy/source"), &cos.ObjectCopyOptions{
			ObjectCopyHeaderOptions: &cos.ObjectCopyHeaderOptions{XCosMetadataDirective: "Replaced", XCosMetaXXX: &other}})
		check(err)
		for key, value := range map[string]string{"copy/kept": "1", "copy/changed": "2"} {
			head, err := main_.Object.Head(ctx, key, nil)
			check(err)
			same(head.Header.Get("x-cos-meta-a"), value)
		}
		_, _, err = main_.Object.Copy(ctx, "copy/x", source("copy/none"), nil)
		refused(err, 404, "NoSuchKey")
	}},
	{"Append grows an object and refuses a wrong position", func() {
		position, _, err := main_.Object.Append(ctx, "append/a", 0, strings.NewReader("hello "), nil)
		check(err)
		_, _, err = main_.Object.Append(ctx, "append/a", position, strings.NewReader("world"), nil)
		check(err)
		same(read("append/a"), "hello world")
		_, _, err = main_.Object.Append(ctx, "append/a", 2, strings.NewReader("x"), nil)
		refused(err, 409, "AppendPositionErr")
	}},
	{"presigned addresses read, write, and end", func() {
		sign := func(method, key string, lasting time.Duration) string {
			address, err := main_.Object.GetPresignedURL(ctx, method, key, secretID, secretKey, lasting, nil)
			check(err)
			return address.String()
		}
		status, content := fetch(http.MethodGet, sign(http.MethodGet, "get/a", time.Hour), "")
		same(fmt.Sprint(status, content), "2000123456789")
		status, _ = fetch(http.MethodPut, sign(http.MethodPut, "url/put", time.Hour), "by address")
		same(status, 200)
		same(read("url/put"), "by address")
		status, _ = fetch(http.MethodPut, sign(http.MethodGet, "get/a", time.Hour), "x")
		same(status, 403)
		status, content = fetch(http.MethodGet, sign(http.MethodGet, "get/a", -time.Minute), "")
		same(fmt.Sprint(status, strings.Contains(content, "<Code>AccessDenied</Code>")), "403 true")
		status, _ = fetch(http.MethodGet, main_.Object.GetObjectURL("get/a").String(), "")
		same(status, 403)
	}},
	{"a multipart upload is listed, completed and read", func() {
		key := "multi/a"
		upload := begin(key)
		second, first := send(key, upload, 2, "tail"), send(key, upload, 1, madeUp(mib, 1))
		uploads, _, err := main_.Bucket.ListMultipartUploads(ctx, &cos.ListMultipartUploadsOptions{Prefix: "multi/"})
		check(err)
		same(fmt.Sprint(len(uploads.Uploads), uploads.Uploads[0].Key, uploads.Uploads[0].UploadID), fmt.Sprint(1, key, upload))
		page, _, err := main_.Object.ListParts(ctx, key, upload, &cos.ObjectListPartsOptions{MaxParts: "1"})
		check(err)
		same(fmt.Sprint(page.IsTruncated, page.Parts[0].PartNumber), "true 1")
		rest, _, err := main_.Object.ListParts(ctx, key, upload, &cos.ObjectListPartsOptions{PartNumberMarker: page.NextPartNumberMarker})
		check(err)
		same(fmt.Sprint(len(rest.Parts), rest.Parts[0].ETag, rest.Parts[0].Size), fmt.Sprint(1, second.ETag, 4))
		done, err := complete(key, upload, first, second)
		check(err)
		same(strings.HasSuffix(done.ETag, "-2\""), true)
		same(read(key) == madeUp(mib, 1)+"tail", true)
	}},
	{"CopyPart takes parts of other objects", func() {
		key := "multi/copied"
		upload := begin(key)
		part, _, err := main_.Object.CopyPart(ctx, key, upload, 1, source("get/a"), &cos.ObjectCopyPartOptions{XCosCopySourceRange: "bytes=2-5"})
		check(err)
		_, err = complete(key, upload, cos.Object{PartNumber: 1, ETag: part.ETag})
		check(err)
		same(read(key), "2345")
	}},
	{"parts that are small, unknown or out of order are refused", func() {
		key := "multi/refused"
		upload := begin(key)
		one, two := send(key, upload, 1, "1"), send(key, upload, 2, "2")
		_, err := complete(key, upload, one, two)
		refused(err, 400, "EntityTooSmall")
		_, err = complete(key, upload, cos.Object{PartNumber: 1, ETag: "\"x\""})
		refused(err, 400, "InvalidPart")
		// The client puts parts in order itself, so a list that is not goes out by hand.
		list := fmt.Sprintf("<CompleteMultipartUpload><Part><PartNumber>2</PartNumber><ETag>%s</ETag></Part><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>", two.ETag, one.ETag)
		address, err := main_.Object.GetPresignedURL(ctx, http.MethodPost, key, secretID, secretKey, time.Hour,
			&cos.PresignedURLOptions{Query: &url.Values{"uploadId": []string{upload}}})
		check(err)
		status, answer := fetch(http.MethodPost, address.String(), list)
		same(fmt.Sprint(status, strings.Contains(answer, "<Code>InvalidPartOrder</Code>")), "400 true")
	}},
	{"encryption with a key of one's own, and by the service", func() {
		mine := &cos.ObjectPutHeaderOptions{XCosSSECustomerAglo: "AES256", XCosSSECustomerKey: customerKey, XCosSSECustomerKeyMD5: customerDigest}
		_, err := main_.Object.Put(ctx, "sse/own", strings.NewReader("secret"), &cos.ObjectPutOptions{ObjectPutHeaderOptions: mine})
		check(err)
		same(body(main_.Object.Get(ctx, "sse/own", &cos.ObjectGetOptions{XCosSSECustomerAglo: "AES256", XCosSSECustomerKey: customerKey, XCosSSECustomerKeyMD5: customerDigest})), "secret")
		_, err = main_.Object.Get(ctx, "sse/own", nil)
		refused(err, 400, "SsecDecryptHeaderInvalid")
		_, err = main_.Object.Put(ctx, "sse/cos", strings.NewReader("x"), &cos.ObjectPutOptions{ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosServerSideEncryption: "AES256"}})
		check(err)
		head, err := main_.Object.Head(ctx, "sse/cos", nil)
		check(err)
		same(head.Header.Get("x-cos-server-side-encryption"), "AES256")
	}},
	{"temporary keys do what their policy allows, and need their token", func() {
		id, key, token := os.Getenv("TEMPORARY_ID"), os.Getenv("TEMPORARY_KEY"), os.Getenv("TEMPORARY_TOKEN")
		held := sessionFor(bucket, id, key, token)
		_, err := held.Object.Put(ctx, "temporary/a", strings.NewReader("x"), nil)
		check(err)
		same(body(held.Object.Get(ctx, "temporary/a", nil)), "x")
		_, err = held.Object.Put(ctx, "other/a", strings.NewReader("x"), nil)
		refused(err, 403, "AccessDenied")
		_, err = held.Object.Delete(ctx, "temporary/a")
		refused(err, 403, "AccessDenied")
		_, err = clientFor(bucket, id, key).Object.Get(ctx, "temporary/a", nil)
		refused(err, 403, "InvalidAccessKeyId")
		_, err = sessionFor(bucket, secretID, secretKey, "made-up").Object.Get(ctx, "get/a", nil)
		refused(err, 403, "InvalidAccessKeyId")
	}},
	{"a traffic limit slows a download down to its rate", func() {
		put("slow/a", madeUp(204_800, 7))
		started := time.Now()
		same(len(body(main_.Object.Get(ctx, "slow/a", &cos.ObjectGetOptions{XCosTrafficLimit: 819200}))), 204_800)
		same(time.Since(started) > 1600*time.Millisecond, true)
	}},
	{"an aborted upload is gone", func() {
		key := "multi/aborted"
		upload := begin(key)
		_, err := main_.Object.AbortMultipartUpload(ctx, key, upload)
		check(err)
		_, err = main_.Object.UploadPart(ctx, key, upload, 1, strings.NewReader("x"), nil)
		refused(err, 404, "NoSuchUpload")
		_, _, err = main_.Object.ListParts(ctx, key, upload, nil)
		refused(err, 404, "NoSuchUpload")
		_, err = complete(key, upload, cos.Object{PartNumber: 1, ETag: "\"x\""})
		refused(err, 404, "NoSuchUpload")
		_, err = main_.Object.AbortMultipartUpload(ctx, key, upload)
		refused(err, 404, "NoSuchUpload")
	}},
	{"Upload sends parts, Download fetches them, MultiCopy copies them", func() {
		content := madeUp(3*mib+5, 3)
		done, _, err := main_.Object.Upload(ctx, "file/large", file("large.bin", content), &cos.MultiUploadOptions{PartSize: 1, ThreadPoolSize: 3})
		check(err)
		same(strings.HasSuffix(done.ETag, "-4\""), true)
		back := filepath.Join(scratch, "large.back")
		_, err = main_.Object.Download(ctx, "file/large", back, &cos.MultiDownloadOptions{PartSize: 1, ThreadPoolSize: 3})
		check(err)
		got, err := os.ReadFile(back)
		check(err)
		same(string(got) == content, true)
		_, _, err = main_.Object.MultiCopy(ctx, "file/copied", source("file/large"), &cos.MultiCopyOptions{PartSize: 1, ThreadPoolSize: 2})
		check(err)
		same(read("file/copied") == content, true)
	}},
	{"Upload with a checkpoint goes on with an upload that was left behind", func() {
		content := madeUp(4*mib, 4)
		upload := begin("file/resumed")
		send("file/resumed", upload, 1, content[:mib])
		send("file/resumed", upload, 2, content[mib:2*mib])
		_, _, err := main_.Object.Upload(ctx, "file/resumed", file("resumed.bin", content), &cos.MultiUploadOptions{PartSize: 1, ThreadPoolSize: 1, CheckPoint: true})
		check(err)
		same(read("file/resumed") == content, true)
		_, _, err = main_.Object.ListParts(ctx, "file/resumed", upload, nil)
		refused(err, 404, "NoSuchUpload")
	}},
	{"access control lists and tags of objects", func() {
		put("acl/a", "x")
		_, err := main_.Object.PutACL(ctx, "acl/a", &cos.ObjectPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: "public-read"}})
		check(err)
		list, _, err := main_.Object.GetACL(ctx, "acl/a")
		check(err)
		same(len(list.AccessControlList) >= 2, true)
		same(body(anonymousFor(bucket).Object.Get(ctx, "acl/a", nil)), "x")
		_, err = main_.Object.PutTagging(ctx, "acl/a", &cos.ObjectPutTaggingOptions{TagSet: []cos.ObjectTaggingTag{{Key: "k", Value: "v"}}})
		check(err)
		tags, _, err := main_.Object.GetTagging(ctx, "acl/a")
		check(err)
		same(fmt.Sprint(tags.TagSet), "[{k v}]")
		_, err = main_.Object.DeleteTagging(ctx, "acl/a")
		check(err)
		tags, _, err = main_.Object.GetTagging(ctx, "acl/a")
		check(err)
		same(fmt.Sprint(tags.TagSet), "[]")
	}},
	{"an archived object is restored", func() {
		_, err := main_.Object.Put(ctx, "archive/a", strings.NewReader("x"), &cos.ObjectPutOptions{
			ObjectPutHeaderOptions: &cos.ObjectPutHeaderOptions{XCosStorageClass: "ARCHIVE"}})
		check(err)
		_, err = main_.Object.Get(ctx, "archive/a", nil)
		refused(err, 403, "InvalidObjectState")
		restore := &cos.ObjectRestoreOptions{Days: 1, Tier: &cos.CASJobParameters{Tier: "Expedited"}}
		_, err = main_.Object.PostRestore(ctx, "archive/a", restore)
		check(err)
		_, err = main_.Object.PostRestore(ctx, "acl/a", restore)
		refused(err, 405, "RestoreNonArchiveObject")
	}},
	{"a preflight is answered by the rules of the bucket", func() {
		_, err := main_.Bucket.PutCORS(ctx, &cos.BucketPutCORSOptions{Rules: []cos.BucketCORSRule{{
			AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"PUT"}, AllowedHeaders: []string{"*"}, MaxAgeSeconds: 5}}})
		check(err)
		ask := &cos.ObjectOptionsOptions{Origin: "https://a.example", AccessControlRequestMethod: "PUT"}
		response, err := main_.Object.Options(ctx, "a", ask)
		check(err)
		same(response.Header.Get("Access-Control-Allow-Origin"), "https://a.example")
		ask.Origin = "https://b.example"
		_, err = main_.Object.Options(ctx, "a", ask)
		answer, ok := cos.IsCOSError(err)
		same(fmt.Sprint(ok, answer.Response.StatusCode), "true 403")
		_, err = main_.Bucket.DeleteCORS(ctx)
		check(err)
	}},
}

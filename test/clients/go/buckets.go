package main

import (
	"fmt"
	"strings"

	"github.com/tencentyun/cos-go-sdk-v5"
)

func bucketNamed(name string) *cos.Client { return clientFor(name, secretID, secretKey) }

var configured = bucketNamed("configured-1250000000")

var bucketCases = []testCase{
	{"buckets are created, found, listed and deleted", func() {
		second := bucketNamed("second-1250000000")
		_, err := second.Bucket.Put(ctx, nil)
		check(err)
		_, err = second.Bucket.Put(ctx, nil)
		refused(err, 409, "BucketAlreadyOwnedByYou")
		_, err = second.Bucket.Head(ctx)
		check(err)
		all, _, err := main_.Service.Get(ctx)
		check(err)
		same(fmt.Sprint(len(all.Buckets), all.Buckets[1].Name), "2second-1250000000")
		place, _, err := second.Bucket.GetLocation(ctx)
		check(err)
		same(place.Location, region)
		_, err = second.Object.Put(ctx, "a", strings.NewReader("x"), nil)
		check(err)
		_, err = second.Bucket.Delete(ctx)
		refused(err, 409, "BucketNotEmpty")
		_, err = second.Object.Delete(ctx, "a")
		check(err)
		_, err = second.Bucket.Delete(ctx)
		check(err)
		exists, err := second.Bucket.IsExist(ctx)
		check(err)
		same(exists, false)
		_, _, err = second.Bucket.Get(ctx, nil)
		refused(err, 404, "NoSuchBucket")
	}},
	{"Get lists, folds, encodes and goes through pages", func() {
		keys := []string{"list/a", "list/b/1", "list/b/2", "list/c", "list/照片 1+2&.jpg"}
		for _, key := range keys {
			put(key, key)
		}
		seen, marker := []string{}, ""
		for more := true; more; {
			page, _, err := main_.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: "list/", MaxKeys: 2, Marker: marker})
			check(err)
			for _, entry := range page.Contents {
				seen = append(seen, entry.Key)
			}
			more, marker = page.IsTruncated, page.NextMarker
		}
		same(strings.Join(seen, "|"), strings.Join(keys, "|"))
		folded, _, err := main_.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: "list/", Delimiter: "/"})
		check(err)
		same(folded.CommonPrefixes, []string{"list/b/"})
		encoded, _, err := main_.Bucket.Get(ctx, &cos.BucketGetOptions{Prefix: "list/照", EncodingType: "url"})
		check(err)
		decoded, err := cos.DecodeURIComponent(encoded.Contents[0].Key)
		check(err)
		same(decoded, keys[4])
	}},
	{"versions are kept, listed, read and deleted", func() {
		b := bucketNamed("versions-1250000000")
		_, err := b.Bucket.Put(ctx, nil)
		check(err)
		_, err = b.Bucket.PutVersioning(ctx, &cos.BucketPutVersionOptions{Status: "Enabled"})
		check(err)
		write := func(content string) string {
			response, err := b.Object.Put(ctx, "a", strings.NewReader(content), nil)
			check(err)
			return response.Header.Get("x-cos-version-id")
		}
		first, second := write("1"), write("2")
		marker, err := b.Object.Delete(ctx, "a")
		check(err)
		same(marker.Header.Get("x-cos-delete-marker"), "true")
		_, err = b.Object.Get(ctx, "a", nil)
		refused(err, 404, "NoSuchKey")
		same(body(b.Object.Get(ctx, "a", nil, first)), "1")
		list, _, err := b.Bucket.GetObjectVersions(ctx, nil)
		check(err)
		same(fmt.Sprint(list.Version[0].VersionId, list.Version[1].VersionId, len(list.DeleteMarker)), fmt.Sprint(second, first, 1))
		_, err = b.Object.Delete(ctx, "a", &cos.ObjectDeleteOptions{VersionId: first})
		check(err)
		_, err = b.Object.Get(ctx, "a", nil, first)
		refused(err, 404, "NoSuchVersion")
		_, err = b.Bucket.PutVersioning(ctx, &cos.BucketPutVersionOptions{Status: "Suspended"})
		check(err)
		state, _, err := b.Bucket.GetVersioning(ctx)
		check(err)
		same(state.Status, "Suspended")
	}},
	{"access control list of a bucket", func() {
		_, err := configured.Bucket.Put(ctx, nil)
		check(err)
		_, err = configured.Bucket.PutACL(ctx, &cos.BucketPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: "public-read"}})
		check(err)
		list, _, err := configured.Bucket.GetACL(ctx)
		check(err)
		same(len(list.AccessControlList) >= 2, true)
		_, err = configured.Bucket.PutACL(ctx, &cos.BucketPutACLOptions{Header: &cos.ACLHeaderOptions{XCosACL: "private"}})
		check(err)
	}},
	{"policy of a bucket lets strangers in until it is deleted", func() {
		_, err := configured.Object.Put(ctx, "open", strings.NewReader("x"), nil)
		check(err)
		stranger := anonymousFor("configured-1250000000")
		_, err = stranger.Object.Get(ctx, "open", nil)
		refused(err, 403, "AccessDenied")
		_, err = configured.Bucket.PutPolicy(ctx, &cos.BucketPutPolicyOptions{Version: "2.0", Statement: []cos.BucketStatement{{
			Effect: "allow", Principal: map[string][]string{"qcs": {"qcs::cam::anyone:anyone"}}, Action: []string{"name/cos:GetObject"},
			Resource: []string{"qcs::cos:" + region + ":uid/1250000000:configured-1250000000/*"}}}})
		check(err)
		policy, _, err := configured.Bucket.GetPolicy(ctx)
		check(err)
		same(policy.Statement[0].Effect, "allow")
		same(body(stranger.Object.Get(ctx, "open", nil)), "x")
		_, err = configured.Bucket.DeletePolicy(ctx)
		check(err)
		_, err = stranger.Object.Get(ctx, "open", nil)
		refused(err, 403, "AccessDenied")
	}},
	{"cross-origin rules, lifecycle, tags and website of a bucket", func() {
		_, err := configured.Bucket.PutCORS(ctx, &cos.BucketPutCORSOptions{Rules: []cos.BucketCORSRule{{
			AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: 5}}})
		check(err)
		rules, _, err := configured.Bucket.GetCORS(ctx)
		check(err)
		same(rules.Rules[0].ExposeHeaders, []string{"ETag"})
		_, err = configured.Bucket.DeleteCORS(ctx)
		check(err)
		_, _, err = configured.Bucket.GetCORS(ctx)
		refused(err, 404, "NoSuchCORSConfiguration")

		_, err = configured.Bucket.PutLifecycle(ctx, &cos.BucketPutLifecycleOptions{Rules: []cos.BucketLifecycleRule{{
			ID: "1", Status: "Enabled", Filter: &cos.BucketLifecycleFilter{Prefix: "old/"}, Expiration: &cos.BucketLifecycleExpiration{Days: 10}}}})
		check(err)
		cycle, _, err := configured.Bucket.GetLifecycle(ctx)
		check(err)
		same(cycle.Rules[0].Expiration.Days, 10)
		_, err = configured.Bucket.DeleteLifecycle(ctx)
		check(err)

		_, err = configured.Bucket.PutTagging(ctx, &cos.BucketPutTaggingOptions{TagSet: []cos.BucketTaggingTag{{Key: "k", Value: "v"}}})
		check(err)
		tags, _, err := configured.Bucket.GetTagging(ctx)
		check(err)
		same(fmt.Sprint(tags.TagSet), "[{k v}]")
		_, err = configured.Bucket.DeleteTagging(ctx)
		check(err)
		_, _, err = configured.Bucket.GetTagging(ctx)
		refused(err, 404, "NoSuchTagSet")

		_, err = configured.Bucket.PutWebsite(ctx, &cos.BucketPutWebsiteOptions{Index: "index.html", Error: &cos.ErrorDocument{Key: "e.html"}})
		check(err)
		site, _, err := configured.Bucket.GetWebsite(ctx)
		check(err)
		same(site.Index, "index.html")
		_, err = configured.Bucket.DeleteWebsite(ctx)
		check(err)
	}},
	{"referer, logging, domain, encryption and acceleration of a bucket are stored", func() {
		_, err := configured.Bucket.PutReferer(ctx, &cos.BucketPutRefererOptions{Status: "Enabled", RefererType: "White-List",
			DomainList: []string{"*.example.com"}, EmptyReferConfiguration: "Allow"})
		check(err)
		referer, _, err := configured.Bucket.GetReferer(ctx)
		check(err)
		same(referer.RefererType, "White-List")
		_, err = configured.Bucket.PutLogging(ctx, &cos.BucketPutLoggingOptions{LoggingEnabled: &cos.BucketLoggingEnabled{TargetBucket: bucket, TargetPrefix: "log/"}})
		check(err)
		logging, _, err := configured.Bucket.GetLogging(ctx)
		check(err)
		same(logging.LoggingEnabled.TargetPrefix, "log/")
		_, err = configured.Bucket.PutDomain(ctx, &cos.BucketPutDomainOptions{Rules: []cos.BucketDomainRule{{Status: "DISABLED", Name: "www.example.com", Type: "REST"}}})
		check(err)
		domain, _, err := configured.Bucket.GetDomain(ctx)
		check(err)
		same(domain.Rules[0].Name, "www.example.com")
		_, err = configured.Bucket.PutEncryption(ctx, &cos.BucketPutEncryptionOptions{Rule: &cos.BucketEncryptionConfiguration{SSEAlgorithm: "AES256"}})
		check(err)
		encryption, _, err := configured.Bucket.GetEncryption(ctx)
		check(err)
		same(encryption.Rule.SSEAlgorithm, "AES256")
		_, err = configured.Bucket.PutAccelerate(ctx, &cos.BucketPutAccelerateOptions{Status: "Enabled", Type: "COS"})
		check(err)
		accelerate, _, err := configured.Bucket.GetAccelerate(ctx)
		check(err)
		same(accelerate.Status, "Enabled")
	}},
	{"origin, inventory and replication of a bucket are stored, and gone when deleted", func() {
		_, _, err := configured.Bucket.GetOrigin(ctx)
		refused(err, 404, "OriginConfigurationNotFoundError")
		_, err = configured.Bucket.PutOrigin(ctx, &cos.BucketPutOriginOptions{Rule: []cos.BucketOriginRule{{
			OriginType: "Mirror", OriginCondition: &cos.BucketOriginCondition{HTTPStatusCode: "404"}, OriginParameter: &cos.BucketOriginParameter{Protocol: "HTTP"},
			OriginInfo: &cos.BucketOriginInfo{HostInfo: &cos.BucketOriginHostInfo{HostName: "origin.example.com"}}}}})
		check(err)
		origin, _, err := configured.Bucket.GetOrigin(ctx)
		check(err)
		same(origin.Rule[0].OriginInfo.HostInfo.HostName, "origin.example.com")
		_, err = configured.Bucket.DeleteOrigin(ctx)
		check(err)

		_, err = configured.Bucket.PutInventory(ctx, "list1", &cos.BucketPutInventoryOptions{ID: "list1", IsEnabled: "true", IncludedObjectVersions: "Current",
			Schedule: &cos.BucketInventorySchedule{Frequency: "Daily"}, OptionalFields: &cos.BucketInventoryOptionalFields{BucketInventoryFields: []string{"Size"}},
			Destination: &cos.BucketInventoryDestination{Bucket: "qcs::cos:" + region + "::" + bucket, Format: "CSV", Prefix: "list"}})
		check(err)
		task, _, err := configured.Bucket.GetInventory(ctx, "list1")
		check(err)
		tasks, _, err := configured.Bucket.ListInventoryConfigurations(ctx, "")
		check(err)
		same(fmt.Sprint(task.ID, len(tasks.InventoryConfigurations)), "list11")
		_, err = configured.Bucket.DeleteInventory(ctx, "list1")
		check(err)
		_, _, err = configured.Bucket.GetInventory(ctx, "list1")
		refused(err, 404, "InventoryConfigurationNotFoundError")

		rules := &cos.PutBucketReplicationOptions{Role: "qcs::cam::uin/100000000001:uin/100000000001", Rule: []cos.BucketReplicationRule{{
			ID: "1", Status: "Enabled", Prefix: "a/", Destination: &cos.ReplicationDestination{Bucket: "qcs::cos:ap-beijing::copies-1250000000"}}}}
		_, err = configured.Bucket.PutBucketReplication(ctx, rules)
		refused(err, 400, "BucketVersionNotOpen")
		replicated := bucketNamed("replicated-1250000000")
		_, err = replicated.Bucket.Put(ctx, nil)
		check(err)
		_, err = replicated.Bucket.PutVersioning(ctx, &cos.BucketPutVersionOptions{Status: "Enabled"})
		check(err)
		_, err = replicated.Bucket.PutBucketReplication(ctx, rules)
		check(err)
		stored, _, err := replicated.Bucket.GetBucketReplication(ctx)
		check(err)
		same(stored.Rule[0].ID, "1")
		_, err = replicated.Bucket.DeleteBucketReplication(ctx)
		check(err)
		_, _, err = replicated.Bucket.GetBucketReplication(ctx)
		refused(err, 404, "ReplicationConfigurationNotFoundError")
	}},
	{"logging to a bucket that is not there, and a referer list that is empty, are refused", func() {
		_, err := configured.Bucket.PutLogging(ctx, &cos.BucketPutLoggingOptions{LoggingEnabled: &cos.BucketLoggingEnabled{TargetBucket: "nobody-1250000000", TargetPrefix: "log/"}})
		refused(err, 400, "InvalidTargetBucketForLogging")
		_, err = configured.Bucket.PutReferer(ctx, &cos.BucketPutRefererOptions{Status: "Enabled", RefererType: "White-List", EmptyReferConfiguration: "Allow"})
		refused(err, 400, "MalformedXML")
	}},
}

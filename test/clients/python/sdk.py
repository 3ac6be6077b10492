"""Drives cos-python-sdk-v5, as it is published, through what an application does with it."""

import hashlib
import json
import logging
import os
import sys
import time

import requests
from qcloud_cos import CosClientError, CosConfig, CosS3Client, CosServiceError

from cases import BUCKET, REGION, SCRATCH, SECRET_ID, SECRET_KEY, URL, case, file_of, made_up, run_cases, same

MIB = 1024 * 1024
PROXIES = {"http": URL}

logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)


def client_with(**options):
    """A client whose HTTP proxy is the service, so that it uses the addresses that it would use anyway."""
    keys = {"SecretId": SECRET_ID, "SecretKey": SECRET_KEY}
    return CosS3Client(CosConfig(Region=REGION, Scheme="http", Proxies=PROXIES, **{**keys, **options}), retry=0)


cos = client_with()


def refused(status, code, call, *args, **kwargs):
    """Fails unless the service refuses a call with this status and code."""
    try:
        answer = call(*args, **kwargs)
    except CosServiceError as error:
        same((error.get_status_code(), error.get_error_code()), (status, code))
        if not error.get_request_id():
            raise AssertionError("the error has no request id")
        return error
    raise AssertionError("expected %s %s, but it went through: %.300r" % (status, code, answer))


def read(key, **options):
    return cos.get_object(BUCKET, key, **options)["Body"].get_raw_stream().read()


def md5(content):
    return '"%s"' % hashlib.md5(content).hexdigest()


# Simple objects


@case("put_object stores bytes, type and meta headers")
def _():
    content = made_up(100_000, 1)
    answer = cos.put_object(
        BUCKET, content, "put/空格 +&.bin", ContentType="text/x", CacheControl="max-age=1", Metadata={"x-cos-meta-a": "b"}
    )
    head = cos.head_object(BUCKET, "put/空格 +&.bin")
    same(answer["ETag"], md5(content))
    same([head[name] for name in ("Content-Length", "Content-Type", "Cache-Control", "x-cos-meta-a")],
         ["100000", "text/x", "max-age=1", "b"])
    same(read("put/空格 +&.bin"), content)


@case("put_object stores an empty body, a text, a file and a folder")
def _():
    cos.put_object(BUCKET, b"", "put/empty")
    cos.put_object(BUCKET, "héllo 世界", "put/text")
    with open(file_of("put.bin", made_up(300_000, 2)), "rb") as file:
        cos.put_object(BUCKET, file, "put/file")
    cos.put_object(BUCKET, b"", "put/folder/")
    same([read("put/empty"), read("put/text").decode(), read("put/file")], [b"", "héllo 世界", made_up(300_000, 2)])


@case("put_object sends a digest when asked, and a wrong one is refused")
def _():
    cos.put_object(BUCKET, b"x", "put/md5", EnableMD5=True)
    refused(400, "BadDigest", cos.put_object, BUCKET, b"x", "put/md5-bad", ContentMD5="CY9rzUYh03PK3k6DJie09g==")
    same(cos.object_exists(BUCKET, "put/md5-bad"), False)


@case("put_object refuses a traffic limit out of range")
def _():
    refused(400, "InvalidArgument", cos.put_object, BUCKET, b"x", "put/slow", TrafficLimit="1")


@case("get_object reads ranges, and refuses one behind the end")
def _():
    cos.put_object(BUCKET, b"0123456789", "get/a", ContentType="text/plain")
    same([read("get/a", Range="bytes=2-4"), read("get/a", Range="bytes=-3")], [b"234", b"789"])
    refused(416, "InvalidRange", cos.get_object, BUCKET, "get/a", Range="bytes=10-")


@case("get_object overrides response headers and keeps to conditions")
def _():
    answer = cos.get_object(BUCKET, "get/a", ResponseContentType="text/html")
    same(answer["Content-Type"], "text/html")
    same(read("get/a", IfMatch=md5(b"0123456789")), b"0123456789")
    refused(412, "PreconditionFailed", cos.get_object, BUCKET, "get/a", IfMatch='"x"')


@case("get_object of a missing key tells everything")
def _():
    error = refused(404, "NoSuchKey", cos.get_object, BUCKET, "get/none")
    if "get/none" not in error.get_resource_location() or not error.get_trace_id():
        raise AssertionError(str(error.get_digest_msg()))


@case("head_object of a missing key is 404")
def _():
    refused(404, "NoSuchResource", cos.head_object, BUCKET, "get/none")
    same(cos.object_exists(BUCKET, "get/none"), False)


@case("a bucket that is not there")
def _():
    refused(404, "NoSuchBucket", cos.put_object, "nobody-1250000000", b"x", "a")
    refused(404, "NoSuchBucket", cos.list_objects, "nobody-1250000000")
    same(cos.bucket_exists("nobody-1250000000"), False)


@case("wrong, unknown and missing keys")
def _():
    refused(403, "SignatureDoesNotMatch", client_with(SecretKey="wrong").put_object, BUCKET, b"x", "denied")
    refused(403, "InvalidAccessKeyId", client_with(SecretId="AKIDnobody").list_objects, BUCKET)
    anonymous = CosS3Client(CosConfig(Region=REGION, Scheme="http", Proxies=PROXIES, Anonymous=True), retry=0)
    refused(403, "AccessDenied", anonymous.get_object, BUCKET, "get/a")


@case("delete_object and delete_objects")
def _():
    for name in "abc":
        cos.put_object(BUCKET, b"x", "delete/" + name)
    cos.delete_object(BUCKET, "delete/a")
    cos.delete_object(BUCKET, "delete/a")
    answer = cos.delete_objects(BUCKET, {"Object": [{"Key": "delete/b"}, {"Key": "delete/none"}], "Quiet": "false"})
    same([entry["Key"] for entry in answer["Deleted"]], ["delete/b", "delete/none"])
    same([entry["Key"] for entry in cos.list_objects(BUCKET, "delete/")["Contents"]], ["delete/c"])


@case("copy_object, copy and update_object_meta")
def _():
    cos.put_object(BUCKET, b"source", "copy/source", Metadata={"x-cos-meta-a": "1"})
    source = {"Bucket": BUCKET, "Region": REGION, "Key": "copy/source"}
    same(cos.copy_object(BUCKET, "copy/kept", source)["ETag"], md5(b"source"))
    cos.copy_object(BUCKET, "copy/changed", source, CopyStatus="Replaced", Metadata={"x-cos-meta-a": "2"})
    cos.copy(BUCKET, "copy/again", source)
    metas = [cos.head_object(BUCKET, "copy/" + name)["x-cos-meta-a"] for name in ("kept", "changed", "again")]
    same(metas, ["1", "2", "1"])
    refused(404, "NoSuchKey", cos.copy_object, BUCKET, "copy/x", {**source, "Key": "copy/none"})
    cos.change_object_storage_class(BUCKET, "copy/kept", "STANDARD_IA")
    same(cos.head_object(BUCKET, "copy/kept")["x-cos-storage-class"], "STANDARD_IA")


@case("append_object grows an object, and refuses a wrong position")
def _():
    first = cos.append_object(BUCKET, "append/a", 0, b"hello ")
    cos.append_object(BUCKET, "append/a", int(first["x-cos-next-append-position"]), b"world")
    same(read("append/a"), b"hello world")
    refused(409, "AppendPositionErr", cos.append_object, BUCKET, "append/a", 2, b"x")


@case("presigned addresses read, write, and end")
def _():
    read_url = cos.get_presigned_url(BUCKET, "get/a", "GET")
    same(requests.get(read_url, proxies=PROXIES).content, b"0123456789")
    write_url = cos.get_presigned_url(BUCKET, "url/put", "PUT")
    same(requests.put(write_url, data=b"by address", proxies=PROXIES).status_code, 200)
    same(read("url/put"), b"by address")
    same(requests.put(read_url, data=b"x", proxies=PROXIES).status_code, 403)
    same(requests.get(read_url.split("?")[0], proxies=PROXIES).status_code, 403)
    expired = requests.get(cos.get_presigned_url(BUCKET, "get/a", "GET", Expired=-20), proxies=PROXIES)
    same((expired.status_code, "AccessDenied" in expired.text), (403, True))


# Lists


@case("list_objects lists, folds, encodes and goes through pages")
def _():
    keys = ["list/a", "list/b/1", "list/b/2", "list/c", "list/照片 1+2&.jpg"]
    for key in keys:
        cos.put_object(BUCKET, key.encode(), key)
    seen, marker = [], ""
    while True:
        page = cos.list_objects(BUCKET, "list/", Marker=marker, MaxKeys=2)
        seen += [entry["Key"] for entry in page["Contents"]]
        if page["IsTruncated"] == "false":
            break
        marker = page["NextMarker"]
    same(seen, keys)
    folded = cos.list_objects(BUCKET, "list/", Delimiter="/")
    same([entry["Prefix"] for entry in folded["CommonPrefixes"]], ["list/b/"])
    encoded = cos.list_objects(BUCKET, "list/照", EncodingType="url")
    same(encoded["Contents"][0]["Key"].lower(), "list/%e7%85%a7%e7%89%87%201%2b2%26.jpg")
    same("Contents" in cos.list_objects(BUCKET, "list/none/"), False)


# Multipart


def begin(key, **options):
    return cos.create_multipart_upload(BUCKET, key, **options)["UploadId"]


def send(key, upload, number, content):
    return {"PartNumber": number, "ETag": cos.upload_part(BUCKET, key, content, number, upload)["ETag"]}


@case("a multipart upload is listed, completed and read")
def _():
    key = "multi/a"
    upload = begin(key, ContentType="text/x", Metadata={"x-cos-meta-a": "b"}, StorageClass="STANDARD_IA")
    second, first = send(key, upload, 2, b"tail"), send(key, upload, 1, made_up(MIB, 1))
    uploads = cos.list_multipart_uploads(BUCKET, Prefix="multi/")
    same([(entry["Key"], entry["UploadId"]) for entry in uploads["Upload"]], [(key, upload)])
    page = cos.list_parts(BUCKET, key, upload, MaxParts=1)
    same((page["Part"][0]["PartNumber"], page["IsTruncated"]), ("1", "true"))
    rest = cos.list_parts(BUCKET, key, upload, PartNumberMarker=page["NextPartNumberMarker"])
    same([(part["PartNumber"], part["ETag"], part["Size"]) for part in rest["Part"]], [("2", second["ETag"], "4")])
    done = cos.complete_multipart_upload(BUCKET, key, upload, {"Part": [first, second]})
    head = cos.head_object(BUCKET, key)
    same(done["ETag"].endswith('-2"'), True)
    same([head[name] for name in ("Content-Type", "x-cos-meta-a", "x-cos-storage-class")], ["text/x", "b", "STANDARD_IA"])
    same(read(key), made_up(MIB, 1) + b"tail")


@case("a part is copied from another object")
def _():
    key = "multi/copied"
    upload = begin(key)
    source = {"Bucket": BUCKET, "Region": REGION, "Key": "get/a"}
    part = cos.upload_part_copy(BUCKET, key, 1, upload, source, "bytes=2-5")
    cos.complete_multipart_upload(BUCKET, key, upload, {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    same(read(key), b"2345")


@case("parts that are small, unknown or out of order are refused")
def _():
    key = "multi/refused"
    upload = begin(key)
    one, two = send(key, upload, 1, b"1"), send(key, upload, 2, b"2")

    def complete(*parts):
        return cos.complete_multipart_upload(BUCKET, key, upload, {"Part": list(parts)})

    refused(400, "EntityTooSmall", complete, one, two)
    refused(400, "InvalidPartOrder", complete, two, one)
    refused(400, "InvalidPart", complete, {"PartNumber": 1, "ETag": '"x"'})


@case("an aborted upload is gone")
def _():
    key = "multi/aborted"
    upload = begin(key)
    cos.abort_multipart_upload(BUCKET, key, upload)
    refused(404, "NoSuchUpload", cos.upload_part, BUCKET, key, b"x", 1, upload)
    refused(404, "NoSuchUpload", cos.list_parts, BUCKET, key, upload)
    refused(404, "NoSuchUpload", cos.complete_multipart_upload, BUCKET, key, upload, {"Part": [{"PartNumber": 1, "ETag": '"x"'}]})
    refused(404, "NoSuchUpload", cos.abort_multipart_upload, BUCKET, key, upload)


@case("upload_file sends parts and download_file fetches them, with a checksum")
def _():
    content = made_up(3 * MIB + 5, 3)
    seen = []
    cos.upload_file(BUCKET, "file/large", file_of("large.bin", content), PartSize=1, MAXThread=3,
                    progress_callback=lambda done, total: seen.append((done, total)))
    same(seen[-1], (len(content), len(content)))
    target = os.path.join(SCRATCH, "large.back")
    cos.download_file(BUCKET, "file/large", target, PartSize=1, MAXThread=3, EnableCRC=True)
    with open(target, "rb") as file:
        same(hashlib.md5(file.read()).hexdigest(), hashlib.md5(content).hexdigest())
    same(cos.head_object(BUCKET, "file/large")["ETag"].endswith('-4"'), True)


@case("upload_file goes on with an upload that was left behind")
def _():
    content = made_up(4 * MIB, 4)
    upload = begin("file/resumed")
    send("file/resumed", upload, 1, content[:MIB])
    send("file/resumed", upload, 2, content[MIB:2 * MIB])
    sent = []
    cos.upload_file(BUCKET, "file/resumed", file_of("resumed.bin", content), PartSize=1, MAXThread=1,
                    progress_callback=lambda done, total: sent.append(done))
    same(read("file/resumed"), content)
    same("Upload" in cos.list_multipart_uploads(BUCKET, Prefix="file/resumed"), False)
    refused(404, "NoSuchUpload", cos.list_parts, BUCKET, "file/resumed", upload)


@case("upload_file_from_buffer and copy in parts")
def _():
    content = made_up(3 * MIB, 5)
    with open(file_of("buffer.bin", content), "rb") as file:
        cos.upload_file_from_buffer(BUCKET, "file/buffer", file, MaxBufferSize=2, PartSize=1, MAXThread=2)
    same(read("file/buffer"), content)
    client = client_with()
    client.get_conf().set_copy_part_threshold_size(MIB)
    client.copy(BUCKET, "file/copied", {"Bucket": BUCKET, "Region": REGION, "Key": "file/buffer"}, PartSize=1, MAXThread=2)
    same(read("file/copied"), content)


# What belongs to objects


@case("object access control lists")
def _():
    cos.put_object(BUCKET, b"x", "acl/a")
    cos.put_object_acl(BUCKET, "acl/a", ACL="public-read")
    grants = cos.get_object_acl(BUCKET, "acl/a")["AccessControlList"]["Grant"]
    same(sorted({grant["Permission"] for grant in grants}), ["FULL_CONTROL", "READ"])
    same(requests.get(cos.get_object_url(BUCKET, "acl/a"), proxies=PROXIES).status_code, 200)
    cos.put_object_acl(BUCKET, "acl/a", ACL="private")
    same(requests.get(cos.get_object_url(BUCKET, "acl/a"), proxies=PROXIES).status_code, 403)


@case("object tags")
def _():
    tags = {"TagSet": {"Tag": [{"Key": "k1", "Value": "v1"}, {"Key": "k2", "Value": "v2"}]}}
    cos.put_object_tagging(BUCKET, "acl/a", tags)
    same(cos.get_object_tagging(BUCKET, "acl/a"), tags)
    cos.delete_object_tagging(BUCKET, "acl/a")
    same("v1" in str(cos.get_object_tagging(BUCKET, "acl/a")), False)


@case("an archived object is restored")
def _():
    cos.put_object(BUCKET, b"x", "archive/a", StorageClass="ARCHIVE")
    refused(403, "InvalidObjectState", cos.get_object, BUCKET, "archive/a")
    cos.restore_object(BUCKET, "archive/a", {"Days": 1, "CASJobParameters": {"Tier": "Expedited"}})
    refused(405, "RestoreNonArchiveObject", cos.restore_object, BUCKET, "acl/a", {"Days": 1})


@case("encryption with a key of one's own")
def _():
    key = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
    digest = "U5L61r7jcwdNvT7frmUG8g=="
    mine = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key, "SSECustomerKeyMD5": digest}
    cos.put_object(BUCKET, b"secret", "sse/own", **mine)
    same(read("sse/own", **mine), b"secret")
    try:
        cos.get_object(BUCKET, "sse/own")
    except CosServiceError as error:
        same(error.get_status_code(), 400)
    else:
        raise AssertionError("read without the key")
    cos.put_object(BUCKET, b"x", "sse/cos", ServerSideEncryption="AES256")
    same(cos.head_object(BUCKET, "sse/cos")["x-cos-server-side-encryption"], "AES256")


# Buckets


@case("buckets are created, found, listed and deleted")
def _():
    second = "second-1250000000"
    cos.create_bucket(second)
    refused(409, "BucketAlreadyOwnedByYou", cos.create_bucket, second)
    cos.head_bucket(second)
    same([entry["Name"] for entry in cos.list_buckets()["Buckets"]["Bucket"]], [BUCKET, second])
    same(cos.get_bucket_location(second)["LocationConstraint"], REGION)
    cos.put_object(second, b"x", "a")
    refused(409, "BucketNotEmpty", cos.delete_bucket, second)
    cos.delete_object(second, "a")
    cos.delete_bucket(second)
    same(cos.bucket_exists(second), False)


@case("versions are kept, listed, read and deleted")
def _():
    bucket = "versions-1250000000"
    cos.create_bucket(bucket)
    cos.put_bucket_versioning(bucket, "Enabled")
    same(cos.get_bucket_versioning(bucket)["Status"], "Enabled")
    first = cos.put_object(bucket, b"1", "a")["x-cos-version-id"]
    second = cos.put_object(bucket, b"2", "a")["x-cos-version-id"]
    same(cos.delete_object(bucket, "a")["x-cos-delete-marker"], "true")
    refused(404, "NoSuchKey", cos.get_object, bucket, "a")
    same(cos.get_object(bucket, "a", VersionId=first)["Body"].get_raw_stream().read(), b"1")
    versions = cos.list_objects_versions(bucket)
    same([entry["VersionId"] for entry in versions["Version"]], [second, first])
    same(len(versions["DeleteMarker"]), 1)
    cos.delete_object(bucket, "a", VersionId=first)
    refused(404, "NoSuchVersion", cos.get_object, bucket, "a", VersionId=first)
    cos.put_bucket_versioning(bucket, "Suspended")
    same(cos.get_bucket_versioning(bucket)["Status"], "Suspended")


CONFIGURED = "configured-1250000000"


@case("bucket access control list")
def _():
    cos.create_bucket(CONFIGURED)
    cos.put_bucket_acl(CONFIGURED, ACL="public-read")
    grants = cos.get_bucket_acl(CONFIGURED)["AccessControlList"]["Grant"]
    same(sorted({grant["Permission"] for grant in grants}), ["FULL_CONTROL", "READ"])
    cos.put_bucket_acl(CONFIGURED, ACL="private")


@case("bucket cross-origin rules")
def _():
    rule = {"AllowedOrigin": ["https://a.example"], "AllowedMethod": ["GET", "PUT"], "AllowedHeader": ["*"],
            "ExposeHeader": ["ETag"], "MaxAgeSeconds": "5"}
    cos.put_bucket_cors(CONFIGURED, {"CORSRule": [rule]})
    stored = cos.get_bucket_cors(CONFIGURED)["CORSRule"][0]
    same({name: stored[name] for name in rule}, rule)
    cos.delete_bucket_cors(CONFIGURED)
    refused(404, "NoSuchCORSConfiguration", cos.get_bucket_cors, CONFIGURED)


@case("bucket lifecycle")
def _():
    rule = {"ID": "1", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": "10"}}
    cos.put_bucket_lifecycle(CONFIGURED, {"Rule": [rule]})
    same(cos.get_bucket_lifecycle(CONFIGURED)["Rule"][0]["Expiration"]["Days"], "10")
    cos.delete_bucket_lifecycle(CONFIGURED)
    refused(404, "NoSuchLifecycleConfiguration", cos.get_bucket_lifecycle, CONFIGURED)


@case("bucket tags")
def _():
    tags = {"TagSet": {"Tag": [{"Key": "k", "Value": "v"}]}}
    cos.put_bucket_tagging(CONFIGURED, tags)
    same(cos.get_bucket_tagging(CONFIGURED), tags)
    cos.delete_bucket_tagging(CONFIGURED)
    refused(404, "NoSuchTagSet", cos.get_bucket_tagging, CONFIGURED)


@case("bucket policy lets strangers in until it is deleted")
def _():
    cos.put_object(CONFIGURED, b"x", "open")
    url = cos.get_object_url(CONFIGURED, "open")
    statement = {"Effect": "allow", "Principal": {"qcs": ["qcs::cam::anyone:anyone"]}, "Action": ["name/cos:GetObject"],
                 "Resource": ["qcs::cos:%s:uid/1250000000:%s/*" % (REGION, CONFIGURED)]}
    before = requests.get(url, proxies=PROXIES).status_code
    cos.put_bucket_policy(CONFIGURED, {"version": "2.0", "Statement": [statement]})
    same("GetObject" in cos.get_bucket_policy(CONFIGURED)["Policy"], True)
    during = requests.get(url, proxies=PROXIES).status_code
    cos.delete_bucket_policy(CONFIGURED)
    same((before, during, requests.get(url, proxies=PROXIES).status_code), (403, 200, 403))
    refused(400, "MalformedPolicy", cos.put_bucket_policy, CONFIGURED, {"version": "2.0"})


@case("bucket website, referer, logging, inventory, domain, origin and encryption are stored")
def _():
    cos.put_bucket_website(CONFIGURED, {"IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "e.html"}})
    same(cos.get_bucket_website(CONFIGURED)["IndexDocument"]["Suffix"], "index.html")
    cos.delete_bucket_website(CONFIGURED)
    refused(404, "NoSuchWebsiteConfiguration", cos.get_bucket_website, CONFIGURED)
    cos.put_bucket_referer(CONFIGURED, {"Status": "Enabled", "RefererType": "White-List",
                                        "EmptyReferConfiguration": "Allow", "DomainList": {"Domain": ["*.example.com"]}})
    same(cos.get_bucket_referer(CONFIGURED)["RefererType"], "White-List")
    cos.put_bucket_logging(CONFIGURED, {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "log/"}})
    same(cos.get_bucket_logging(CONFIGURED)["LoggingEnabled"]["TargetPrefix"], "log/")
    cos.put_bucket_domain(CONFIGURED, {"DomainRule": [{"Name": "www.example.com", "Type": "REST", "Status": "DISABLED"}]})
    same(cos.get_bucket_domain(CONFIGURED)["DomainRule"][0]["Name"], "www.example.com")
    inventory = {"Destination": {"COSBucketDestination": {"AccountId": "100000000001", "Format": "CSV", "Prefix": "list",
                                                          "Bucket": "qcs::cos:%s::%s" % (REGION, BUCKET)}},
                 "IsEnabled": "true", "IncludedObjectVersions": "Current", "Schedule": {"Frequency": "Daily"},
                 "OptionalFields": {"Field": ["Size"]}}
    cos.put_bucket_inventory(CONFIGURED, "list1", inventory)
    same(cos.get_bucket_inventory(CONFIGURED, "list1")["Id"], "list1")
    cos.delete_bucket_inventory(CONFIGURED, "list1")
    rule = {"Rule": [{"ApplySideEncryptionConfiguration": {"SSEAlgorithm": "AES256"}}]}
    cos.put_bucket_encryption(CONFIGURED, {"Rule": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    same("AES256" in str(cos.get_bucket_encryption(CONFIGURED)), True)
    cos.put_bucket_encryption(CONFIGURED, rule)
    same("AES256" in str(cos.get_bucket_encryption(CONFIGURED)), True)
    cos.delete_bucket_encryption(CONFIGURED)
    refused(404, "NoSuchEncryptionConfiguration", cos.get_bucket_encryption, CONFIGURED)
    cos.delete_bucket_domain(CONFIGURED)
    refused(404, "InventoryConfigurationNotFoundError", cos.get_bucket_inventory, CONFIGURED, "list1")


@case("bucket origin and replication are stored, and refused where they make no sense")
def _():
    rule = {"OriginType": "Mirror", "OriginCondition": {"HTTPStatusCode": "404"},
            "OriginParameter": {"Protocol": "HTTP"},
            "OriginInfo": {"HostInfo": {"HostName": "origin.example.com"}}}
    refused(404, "OriginConfigurationNotFoundError", cos.get_bucket_origin, CONFIGURED)
    cos.put_bucket_origin(CONFIGURED, {"OriginRule": [rule]})
    same("origin.example.com" in str(cos.get_bucket_origin(CONFIGURED)), True)
    cos.delete_bucket_origin(CONFIGURED)
    refused(404, "OriginConfigurationNotFoundError", cos.get_bucket_origin, CONFIGURED)
    replicas = {"Role": "qcs::cam::uin/100000000001:uin/100000000001",
                "Rule": [{"ID": "1", "Status": "Enabled", "Prefix": "a/",
                          "Destination": {"Bucket": "qcs::cos:ap-beijing::copies-1250000000"}}]}
    refused(400, "BucketVersionNotOpen", cos.put_bucket_replication, CONFIGURED, replicas)
    replicated = "replicated-1250000000"
    cos.create_bucket(replicated)
    cos.put_bucket_versioning(replicated, "Enabled")
    cos.put_bucket_replication(replicated, replicas)
    same(cos.get_bucket_replication(replicated)["Rule"][0]["ID"], "1")
    refused(409, "InvalidBucketState", cos.put_bucket_versioning, replicated, "Suspended")
    cos.delete_bucket_replication(replicated)
    refused(404, "ReplicationConfigurationNotFoundError", cos.get_bucket_replication, replicated)


@case("logging to a bucket that is not there, and a referer list that is empty, are refused")
def _():
    target = {"LoggingEnabled": {"TargetBucket": "nobody-1250000000", "TargetPrefix": "log/"}}
    refused(400, "InvalidTargetBucketForLogging", cos.put_bucket_logging, CONFIGURED, target)
    empty = {"Status": "Enabled", "RefererType": "White-List", "EmptyReferConfiguration": "Allow",
             "DomainList": {"Domain": []}}
    refused(400, "MalformedXML", cos.put_bucket_referer, CONFIGURED, empty)


@case("a referer list decides who may read")
def _():
    bucket = "referer-1250000000"
    cos.create_bucket(bucket, ACL="public-read")
    cos.put_object(bucket, b"x", "a")
    cos.put_bucket_referer(bucket, {"Status": "Enabled", "RefererType": "White-List", "EmptyReferConfiguration": "Deny",
                                    "DomainList": {"Domain": ["*.example.com"]}})
    url = cos.get_object_url(bucket, "a")

    def status(headers):
        return requests.get(url, headers=headers, proxies=PROXIES).status_code

    same((status({"Referer": "http://www.example.com/"}), status({"Referer": "http://evil.test/"}), status({})),
         (200, 403, 403))


@case("overwriting is forbidden by a header, for simple and multipart uploads and copies")
def _():
    once = {"x-cos-forbid-overwrite": "true"}
    cos.put_object(BUCKET, b"first", "once/a", Metadata={})
    client = client_with()
    refused(409, "FileAlreadyExists", client.put_object, BUCKET, b"second", "once/a", Metadata=once)
    same(read("once/a"), b"first")


@case("temporary keys do what their policy allows, and need their token")
def _():
    keys = {"SecretId": os.environ["TEMPORARY_ID"], "SecretKey": os.environ["TEMPORARY_KEY"]}
    client = client_with(Token=os.environ["TEMPORARY_TOKEN"], **keys)
    client.put_object(BUCKET, b"x", "temporary/a")
    same(client.get_object(BUCKET, "temporary/a")["Body"].get_raw_stream().read(), b"x")
    refused(403, "AccessDenied", client.put_object, BUCKET, b"x", "other/a")
    refused(403, "AccessDenied", client.delete_object, BUCKET, "temporary/a")
    refused(403, "InvalidAccessKeyId", client_with(**keys).get_object, BUCKET, "temporary/a")
    refused(403, "InvalidAccessKeyId", client_with(Token="made-up").get_object, BUCKET, "get/a")


@case("a traffic limit slows a download down to its rate")
def _():
    cos.put_object(BUCKET, made_up(204_800, 7), "slow/a")
    started = time.monotonic()
    same(len(read("slow/a", TrafficLimit="819200")), 204_800)
    same(1.6 < time.monotonic() - started < 6, True)


@case("what the client itself refuses is never sent")
def _():
    for call in (lambda: cos.get_object(BUCKET, ""), lambda: cos.get_object(BUCKET, "/../")):
        try:
            call()
        except CosClientError:
            continue
        raise AssertionError("it was sent")


def exchange():
    """Prints key and content of every object, and leaves one: other clients compare what they see."""
    objects = cos.list_objects(BUCKET).get("Contents", [])
    contents = {each["Key"]: cos.get_object(BUCKET, each["Key"])["Body"].get_raw_stream().read() for each in objects}
    cos.put_object(Bucket=BUCKET, Key="from/python 照片+.txt", Body=b"python")
    print(json.dumps({key: content.decode() for key, content in contents.items()}))


if sys.argv[1:] == ["exchange"]:
    exchange()
else:
    run_cases()

import com.qcloud.cos.COSClient;
import com.qcloud.cos.ClientConfig;
import com.qcloud.cos.auth.AnonymousCOSCredentials;
import com.qcloud.cos.auth.BasicCOSCredentials;
import com.qcloud.cos.auth.BasicSessionCredentials;
import com.qcloud.cos.auth.COSCredentials;
import com.qcloud.cos.exception.CosServiceException;
import com.qcloud.cos.http.HttpMethodName;
import com.qcloud.cos.http.HttpProtocol;
import com.qcloud.cos.model.*;
import com.qcloud.cos.model.Tag.Tag;
import com.qcloud.cos.model.inventory.InventoryConfiguration;
import com.qcloud.cos.model.inventory.InventoryCosBucketDestination;
import com.qcloud.cos.model.inventory.InventoryDestination;
import com.qcloud.cos.model.inventory.InventorySchedule;
import com.qcloud.cos.region.Region;
import com.qcloud.cos.transfer.PersistableUpload;
import com.qcloud.cos.transfer.TransferManager;
import com.qcloud.cos.transfer.TransferManagerConfiguration;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;

/**
 * Drives com.qcloud:cos_api, as it is published, through what an application does with it. Each case ends as one line
 * of JSON on standard output.
 */
public final class Program {
  static final String BUCKET = "examplebucket-1250000000";
  static final String CONFIGURED = "configured-1250000000";
  static final String REGION = "ap-guangzhou";
  static final int MIB = 1024 * 1024;
  static final String ID = System.getenv("SERVICE_SECRET_ID");
  static final String KEY = System.getenv("SERVICE_SECRET_KEY");
  static final URI SERVICE = URI.create(System.getenv("SERVICE_URL"));
  static final File SCRATCH = new File(System.getenv("SCRATCH"));
  static final COSClient cos = client(new BasicCOSCredentials(ID, KEY));

  interface Case {
    void run() throws Exception;
  }

  static final Map<String, Case> cases = new LinkedHashMap<>();

  /** A client whose HTTP proxy is the service, so that it uses the addresses that it would use anyway. */
  static COSClient client(COSCredentials credentials) {
    ClientConfig config = new ClientConfig(new Region(REGION));
    config.setHttpProtocol(HttpProtocol.http);
    config.setHttpProxyIp(SERVICE.getHost());
    config.setHttpProxyPort(SERVICE.getPort());
    config.setMaxErrorRetry(0);
    return new COSClient(credentials, config);
  }

  static void same(Object actual, Object expected) {
    if (!Objects.equals(actual, expected)) throw new AssertionError("expected " + expected + ", got " + actual);
  }

  static void isTrue(boolean fact, String what) {
    if (!fact) throw new AssertionError(what);
  }

  /** Fails unless the service refuses with this status and code. */
  static void refused(int status, String code, Case call) throws Exception {
    try {
      call.run();
    } catch (CosServiceException refusal) {
      same(refusal.getStatusCode() + " " + refusal.getErrorCode(), status + " " + code);
      isTrue(refusal.getRequestId() != null, "the error has no request id");
      return;
    }
    throw new AssertionError("expected " + status + " " + code + ", but it went through");
  }

  static byte[] madeUp(int size, int seed) {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) content[i] = (byte) (i * 31 + (i >> 8) * 7 + seed);
    return content;
  }

  static File file(String name, byte[] content) throws Exception {
    File file = new File(SCRATCH, name);
    Files.write(file.toPath(), content);
    return file;
  }

  static byte[] bytes(COSObject object) throws Exception {
    try (InputStream body = object.getObjectContent()) {
      return body.readAllBytes();
    }
  }

  static byte[] read(String key) throws Exception {
    return bytes(cos.getObject(BUCKET, key));
  }

  static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }

  static ObjectMetadata metadata(int length) {
    ObjectMetadata metadata = new ObjectMetadata();
    metadata.setContentLength(length);
    return metadata;
  }

  static int fetch(String method, URL address, String content) throws Exception {
    Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(SERVICE.getHost(), SERVICE.getPort()));
    HttpURLConnection connection = (HttpURLConnection) address.openConnection(proxy);
    connection.setRequestMethod(method);
    if (content != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "");
      connection.getOutputStream().write(content.getBytes(StandardCharsets.UTF_8));
    }
    return connection.getResponseCode();
  }

  static String begin(String key) {
    return cos.initiateMultipartUpload(new InitiateMultipartUploadRequest(BUCKET, key)).getUploadId();
  }

  static PartETag send(String key, String upload, int number, byte[] content) {
    UploadPartRequest request =
        new UploadPartRequest()
            .withBucketName(BUCKET)
            .withKey(key)
            .withUploadId(upload)
            .withPartNumber(number)
            .withInputStream(new ByteArrayInputStream(content))
            .withPartSize(content.length);
    return cos.uploadPart(request).getPartETag();
  }

  static CompleteMultipartUploadResult complete(String key, String upload, PartETag... parts) {
    return cos.completeMultipartUpload(
        new CompleteMultipartUploadRequest(BUCKET, key, upload, new ArrayList<>(Arrays.asList(parts))));
  }

  static void objects() {
    cases.put("putObject stores bytes, type and meta headers", () -> {
      byte[] content = madeUp(100_000, 1);
      ObjectMetadata metadata = metadata(content.length);
      metadata.setContentType("text/x");
      metadata.setCacheControl("max-age=1");
      metadata.addUserMetadata("a", "b");
      String key = "put/空格 +&.bin";
      PutObjectResult put = cos.putObject(BUCKET, key, new ByteArrayInputStream(content), metadata);
      ObjectMetadata head = cos.getObjectMetadata(BUCKET, key);
      same(head.getETag(), put.getETag());
      same(head.getContentLength() + head.getContentType() + head.getCacheControl(), "100000text/xmax-age=1");
      same(head.getUserMetadata().get("a"), "b");
      isTrue(Arrays.equals(read(key), content), "other bytes");
    });
    cases.put("putObject stores a text, an empty body and a file", () -> {
      cos.putObject(BUCKET, "put/text", "héllo 世界");
      cos.putObject(BUCKET, "put/empty", new ByteArrayInputStream(new byte[0]), metadata(0));
      cos.putObject(BUCKET, "put/file", file("put.bin", madeUp(300_000, 2)));
      same(text(read("put/text")), "héllo 世界");
      same(read("put/empty").length, 0);
      isTrue(Arrays.equals(read("put/file"), madeUp(300_000, 2)), "other bytes");
    });
    cases.put("putObject refuses a wrong digest", () -> {
      ObjectMetadata metadata = metadata(1);
      metadata.setContentMD5("CY9rzUYh03PK3k6DJie09g==");
      refused(400, "BadDigest",
          () -> cos.putObject(BUCKET, "put/md5", new ByteArrayInputStream(new byte[1]), metadata));
      same(cos.doesObjectExist(BUCKET, "put/md5"), false);
    });
    cases.put("getObject reads ranges, and refuses one behind the end", () -> {
      cos.putObject(BUCKET, "get/a", "0123456789");
      GetObjectRequest part = new GetObjectRequest(BUCKET, "get/a");
      part.setRange(2, 4);
      same(text(bytes(cos.getObject(part))), "234");
      GetObjectRequest behind = new GetObjectRequest(BUCKET, "get/a");
      behind.setRange(10, 20);
      refused(416, "InvalidRange", () -> cos.getObject(behind));
    });
    cases.put("what is not there", () -> {
      refused(404, "NoSuchKey", () -> cos.getObject(BUCKET, "get/none"));
      refused(404, "NoSuchBucket", () -> cos.listObjects("nobody-1250000000"));
      same(cos.doesBucketExist("nobody-1250000000"), false);
    });
    cases.put("wrong, unknown and missing keys", () -> {
      COSClient wrong = client(new BasicCOSCredentials(ID, "wrong"));
      refused(403, "SignatureDoesNotMatch", () -> wrong.putObject(BUCKET, "denied", "x"));
      COSClient unknown = client(new BasicCOSCredentials("AKIDnobody", KEY));
      refused(403, "InvalidAccessKeyId", () -> unknown.listObjects(BUCKET));
      COSClient anonymous = client(new AnonymousCOSCredentials());
      refused(403, "AccessDenied", () -> anonymous.getObject(BUCKET, "get/a"));
    });
    cases.put("deleteObject and deleteObjects", () -> {
      for (String name : List.of("a", "b", "c")) cos.putObject(BUCKET, "delete/" + name, "x");
      cos.deleteObject(BUCKET, "delete/a");
      cos.deleteObject(BUCKET, "delete/a");
      DeleteObjectsRequest request = new DeleteObjectsRequest(BUCKET);
      request.setKeys(List.of(new DeleteObjectsRequest.KeyVersion("delete/b"), new DeleteObjectsRequest.KeyVersion("delete/none")));
      same(cos.deleteObjects(request).getDeletedObjects().size(), 2);
      List<COSObjectSummary> left = cos.listObjects(BUCKET, "delete/").getObjectSummaries();
      same(left.size() + left.get(0).getKey(), "1delete/c");
    });
    cases.put("copyObject keeps headers or replaces them", () -> {
      ObjectMetadata metadata = metadata(6);
      metadata.addUserMetadata("a", "1");
      cos.putObject(BUCKET, "copy/source", new ByteArrayInputStream("source".getBytes()), metadata);
      cos.copyObject(BUCKET, "copy/source", BUCKET, "copy/kept");
      CopyObjectRequest change = new CopyObjectRequest(BUCKET, "copy/source", BUCKET, "copy/changed");
      ObjectMetadata other = new ObjectMetadata();
      other.addUserMetadata("a", "2");
      change.setNewObjectMetadata(other);
      cos.copyObject(change);
      same(cos.getObjectMetadata(BUCKET, "copy/kept").getUserMetadata().get("a"), "1");
      same(cos.getObjectMetadata(BUCKET, "copy/changed").getUserMetadata().get("a"), "2");
      refused(404, "NoSuchKey", () -> cos.copyObject(BUCKET, "copy/none", BUCKET, "copy/x"));
    });
    cases.put("appendObject grows an object and refuses a wrong position", () -> {
      for (String piece : List.of("hello ", "world")) {
        AppendObjectRequest request =
            new AppendObjectRequest(BUCKET, "append/a", new ByteArrayInputStream(piece.getBytes()), metadata(piece.length()));
        request.setPosition(piece.equals("world") ? 6L : 0L);
        cos.appendObject(request);
      }
      same(text(read("append/a")), "hello world");
      AppendObjectRequest wrong =
          new AppendObjectRequest(BUCKET, "append/a", new ByteArrayInputStream(new byte[1]), metadata(1));
      wrong.setPosition(2L);
      refused(409, "AppendPositionErr", () -> cos.appendObject(wrong));
    });
    cases.put("presigned addresses read, write, and end", () -> {
      Date later = new Date(System.currentTimeMillis() + 600_000);
      Date before = new Date(System.currentTimeMillis() - 60_000);
      URL reading = cos.generatePresignedUrl(BUCKET, "get/a", later, HttpMethodName.GET);
      same(fetch("GET", reading, null), 200);
      same(fetch("PUT", cos.generatePresignedUrl(BUCKET, "url/put", later, HttpMethodName.PUT), "by address"), 200);
      same(text(read("url/put")), "by address");
      same(fetch("PUT", reading, "x"), 403);
      same(fetch("GET", cos.generatePresignedUrl(BUCKET, "get/a", before, HttpMethodName.GET), null), 403);
      same(fetch("GET", cos.getObjectUrl(BUCKET, "get/a"), null), 403);
    });
    cases.put("a multipart upload is listed, completed and read", () -> {
      String key = "multi/a";
      String upload = begin(key);
      PartETag second = send(key, upload, 2, "tail".getBytes());
      PartETag first = send(key, upload, 1, madeUp(MIB, 1));
      ListMultipartUploadsRequest all = new ListMultipartUploadsRequest(BUCKET);
      all.setPrefix("multi/");
      same(cos.listMultipartUploads(all).getMultipartUploads().get(0).getUploadId(), upload);
      ListPartsRequest one = new ListPartsRequest(BUCKET, key, upload);
      one.setMaxParts(1);
      PartListing page = cos.listParts(one);
      same(page.isTruncated() + " " + page.getParts().get(0).getPartNumber(), "true 1");
      one.setPartNumberMarker(page.getNextPartNumberMarker());
      same(cos.listParts(one).getParts().get(0).getETag(), second.getETag());
      isTrue(complete(key, upload, first, second).getETag().endsWith("-2"), "an ETag of parts");
      same(read(key).length, MIB + 4);
    });
    cases.put("copyPart takes parts of other objects", () -> {
      String upload = begin("multi/copied");
      CopyPartRequest request = new CopyPartRequest();
      request.setSourceBucketName(BUCKET);
      request.setSourceKey("get/a");
      request.setDestinationBucketName(BUCKET);
      request.setDestinationKey("multi/copied");
      request.setUploadId(upload);
      request.setPartNumber(1);
      request.setFirstByte(2L);
      request.setLastByte(5L);
      complete("multi/copied", upload, cos.copyPart(request).getPartETag());
      same(text(read("multi/copied")), "2345");
    });
    cases.put("parts that are small or unknown are refused", () -> {
      String upload = begin("multi/refused");
      PartETag one = send("multi/refused", upload, 1, new byte[1]);
      PartETag two = send("multi/refused", upload, 2, new byte[2]);
      refused(400, "EntityTooSmall", () -> complete("multi/refused", upload, one, two));
      refused(400, "InvalidPart", () -> complete("multi/refused", upload, new PartETag(1, "x")));
    });
    cases.put("an aborted upload is gone", () -> {
      String upload = begin("multi/aborted");
      AbortMultipartUploadRequest abort = new AbortMultipartUploadRequest(BUCKET, "multi/aborted", upload);
      cos.abortMultipartUpload(abort);
      refused(404, "NoSuchUpload", () -> send("multi/aborted", upload, 1, new byte[1]));
      refused(404, "NoSuchUpload", () -> cos.listParts(new ListPartsRequest(BUCKET, "multi/aborted", upload)));
      refused(404, "NoSuchUpload", () -> complete("multi/aborted", upload, new PartETag(1, "x")));
      refused(404, "NoSuchUpload", () -> cos.abortMultipartUpload(abort));
    });
    cases.put("TransferManager uploads in parts, downloads and copies", () -> {
      TransferManager transfers = new TransferManager(cos, Executors.newFixedThreadPool(4), false);
      TransferManagerConfiguration parts = new TransferManagerConfiguration();
      parts.setMultipartUploadThreshold(MIB);
      parts.setMinimumUploadPartSize(MIB);
      parts.setMultipartCopyThreshold(MIB);
      parts.setMultipartCopyPartSize(MIB);
      transfers.setConfiguration(parts);
      byte[] content = madeUp(3 * MIB + 5, 3);
      isTrue(transfers.upload(BUCKET, "file/large", file("large.bin", content)).waitForUploadResult().getETag().contains("-"), "parts");
      File back = new File(SCRATCH, "large.back");
      transfers.download(BUCKET, "file/large", back).waitForCompletion();
      isTrue(Arrays.equals(Files.readAllBytes(back.toPath()), content), "other bytes");
      transfers.copy(BUCKET, "file/large", BUCKET, "file/copied").waitForCopyResult();
      isTrue(Arrays.equals(read("file/copied"), content), "other bytes in the copy");
      transfers.shutdownNow(false);
    });
    cases.put("access control lists and tags of objects", () -> {
      cos.putObject(BUCKET, "acl/a", "x");
      cos.setObjectAcl(BUCKET, "acl/a", CannedAccessControlList.PublicRead);
      same(fetch("GET", cos.getObjectUrl(BUCKET, "acl/a"), null), 200);
      isTrue(cos.getObjectAcl(BUCKET, "acl/a").getGrantsAsList().size() >= 2, "two grants");
      cos.setObjectTagging(new SetObjectTaggingRequest(BUCKET, "acl/a", new ObjectTagging(List.of(new Tag("k", "v")))));
      same(cos.getObjectTagging(new GetObjectTaggingRequest(BUCKET, "acl/a")).getTagSet().get(0).getValue(), "v");
      cos.deleteObjectTagging(new DeleteObjectTaggingRequest(BUCKET, "acl/a"));
    });
    cases.put("an archived object is restored", () -> {
      PutObjectRequest put = new PutObjectRequest(BUCKET, "archive/a", new ByteArrayInputStream(new byte[1]), metadata(1));
      put.setStorageClass(StorageClass.Archive);
      cos.putObject(put);
      refused(403, "InvalidObjectState", () -> cos.getObject(BUCKET, "archive/a"));
      cos.restoreObject(BUCKET, "archive/a", 1);
      refused(405, "RestoreNonArchiveObject", () -> cos.restoreObject(BUCKET, "acl/a", 1));
    });
  }

  static void secured() {
    cases.put("encryption with a key of one's own, simple and in parts, and by the service", () -> {
      SSECustomerKey own = new SSECustomerKey("MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY=");
      byte[] content = "secret".getBytes();
      PutObjectRequest put = new PutObjectRequest(BUCKET, "sse/own", new ByteArrayInputStream(content), metadata(content.length));
      put.setSSECustomerKey(own);
      cos.putObject(put);
      same(text(bytes(cos.getObject(new GetObjectRequest(BUCKET, "sse/own").withSSECustomerKey(own)))), "secret");
      refused(400, "SsecDecryptHeaderInvalid", () -> cos.getObject(BUCKET, "sse/own"));
      InitiateMultipartUploadRequest parts = new InitiateMultipartUploadRequest(BUCKET, "sse/parts");
      parts.setSSECustomerKey(own);
      String upload = cos.initiateMultipartUpload(parts).getUploadId();
      UploadPartRequest part = new UploadPartRequest().withBucketName(BUCKET).withKey("sse/parts").withUploadId(upload)
          .withPartNumber(1).withInputStream(new ByteArrayInputStream(content)).withPartSize(content.length);
      part.setSSECustomerKey(own);
      complete("sse/parts", upload, cos.uploadPart(part).getPartETag());
      same(text(bytes(cos.getObject(new GetObjectRequest(BUCKET, "sse/parts").withSSECustomerKey(own)))), "secret");
      ObjectMetadata asked = metadata(1);
      asked.setServerSideEncryption("AES256");
      cos.putObject(BUCKET, "sse/cos", new ByteArrayInputStream(new byte[1]), asked);
      same(cos.getObjectMetadata(BUCKET, "sse/cos").getServerSideEncryption(), "AES256");
    });
    cases.put("a traffic limit slows a download down to its rate, and one out of range is refused", () -> {
      cos.putObject(BUCKET, "slow/a", new ByteArrayInputStream(madeUp(204_800, 7)), metadata(204_800));
      GetObjectRequest slow = new GetObjectRequest(BUCKET, "slow/a");
      slow.setTrafficLimit(819_200);
      long startedAtMs = System.currentTimeMillis();
      same(bytes(cos.getObject(slow)).length, 204_800);
      isTrue(System.currentTimeMillis() - startedAtMs > 1600, "too fast");
      slow.setTrafficLimit(819_199);
      refused(400, "InvalidArgument", () -> cos.getObject(slow));
      PutObjectRequest put = new PutObjectRequest(BUCKET, "slow/b", new ByteArrayInputStream(new byte[1]), metadata(1));
      put.setTrafficLimit(1);
      refused(400, "InvalidArgument", () -> cos.putObject(put));
    });
    cases.put("overwriting is forbidden by a header", () -> {
      cos.putObject(BUCKET, "once/a", "first");
      ObjectMetadata once = metadata(6);
      once.setHeader("x-cos-forbid-overwrite", "true");
      refused(409, "FileAlreadyExists",
          () -> cos.putObject(BUCKET, "once/a", new ByteArrayInputStream("second".getBytes()), once));
      same(text(read("once/a")), "first");
    });
    cases.put("an upload that was left behind is resumed with the parts that are there", () -> {
      byte[] content = madeUp(4 * MIB, 4);
      File source = file("resumed.bin", content);
      String upload = begin("file/resumed");
      send("file/resumed", upload, 1, Arrays.copyOfRange(content, 0, MIB));
      send("file/resumed", upload, 2, Arrays.copyOfRange(content, MIB, 2 * MIB));
      TransferManager transfers = new TransferManager(cos, Executors.newFixedThreadPool(2), false);
      PersistableUpload left =
          new PersistableUpload(BUCKET, "file/resumed", source.getAbsolutePath(), upload, MIB, MIB);
      transfers.resumeUpload(left).waitForUploadResult();
      transfers.shutdownNow(false);
      isTrue(Arrays.equals(read("file/resumed"), content), "other bytes");
      refused(404, "NoSuchUpload", () -> cos.listParts(new ListPartsRequest(BUCKET, "file/resumed", upload)));
    });
    cases.put("temporary keys do what their policy allows, and need their token", () -> {
      String id = System.getenv("TEMPORARY_ID");
      String key = System.getenv("TEMPORARY_KEY");
      COSClient held = client(new BasicSessionCredentials(id, key, System.getenv("TEMPORARY_TOKEN")));
      held.putObject(BUCKET, "temporary/a", "x");
      same(text(bytes(held.getObject(BUCKET, "temporary/a"))), "x");
      refused(403, "AccessDenied", () -> held.putObject(BUCKET, "other/a", "x"));
      refused(403, "AccessDenied", () -> held.deleteObject(BUCKET, "temporary/a"));
      COSClient without = client(new BasicCOSCredentials(id, key));
      refused(403, "InvalidAccessKeyId", () -> without.getObject(BUCKET, "temporary/a"));
      COSClient mixed = client(new BasicSessionCredentials(ID, KEY, "made-up"));
      refused(403, "InvalidAccessKeyId", () -> mixed.getObject(BUCKET, "get/a"));
    });
    cases.put("parts out of order are refused", () -> {
      String upload = begin("multi/order");
      PartETag one = send("multi/order", upload, 1, new byte[1]);
      PartETag two = send("multi/order", upload, 2, new byte[2]);
      // The client puts parts in order itself, so a list that is not goes out by hand.
      String list = "<CompleteMultipartUpload>" + listed(two) + listed(one) + "</CompleteMultipartUpload>";
      Date later = new Date(System.currentTimeMillis() + 600_000);
      URL address = cos.generatePresignedUrl(BUCKET, "multi/order", later, HttpMethodName.POST, Map.of(), Map.of("uploadId", upload));
      same(fetch("POST", address, list), 400);
      isTrue(cos.listParts(new ListPartsRequest(BUCKET, "multi/order", upload)).getParts().size() == 2, "the upload is still there");
    });
  }

  static String listed(PartETag part) {
    return "<Part><PartNumber>" + part.getPartNumber() + "</PartNumber><ETag>" + part.getETag() + "</ETag></Part>";
  }

  static void configurations() {
    cases.put("referer, logging, domain, inventory and encryption of a bucket are stored", () -> {
      BucketRefererConfiguration referer = new BucketRefererConfiguration();
      referer.setStatus("Enabled");
      referer.setRefererType("White-List");
      referer.setEmptyReferConfiguration("Allow");
      refused(400, "MalformedXML", () -> cos.setBucketRefererConfiguration(CONFIGURED, referer));
      referer.setDomainList(List.of("*.example.com"));
      cos.setBucketRefererConfiguration(CONFIGURED, referer);
      same(cos.getBucketRefererConfiguration(CONFIGURED).getDomainList(), List.of("*.example.com"));
      cos.setBucketLoggingConfiguration(new SetBucketLoggingConfigurationRequest(CONFIGURED, new BucketLoggingConfiguration(BUCKET, "log/")));
      same(cos.getBucketLoggingConfiguration(CONFIGURED).getLogFilePrefix(), "log/");
      refused(400, "InvalidTargetBucketForLogging", () -> cos.setBucketLoggingConfiguration(
          new SetBucketLoggingConfigurationRequest(CONFIGURED, new BucketLoggingConfiguration("nobody-1250000000", "log/"))));
      DomainRule domain = new DomainRule();
      domain.setName("www.example.com");
      domain.setStatus(DomainRule.DISABLED);
      domain.setType(DomainRule.REST);
      cos.setBucketDomainConfiguration(CONFIGURED, new BucketDomainConfiguration().withDomainRules(List.of(domain)));
      same(cos.getBucketDomainConfiguration(CONFIGURED).getDomainRules().get(0).getName(), "www.example.com");
      cos.deleteBucketDomainConfiguration(CONFIGURED);
      InventoryConfiguration task = new InventoryConfiguration()
          .withId("list1").withEnabled(true).withIncludedObjectVersions("Current")
          .withSchedule(new InventorySchedule().withFrequency("Daily"))
          .withDestination(new InventoryDestination().withCosBucketDestination(
              new InventoryCosBucketDestination().withBucketArn("qcs::cos:" + REGION + "::" + BUCKET).withFormat("CSV").withPrefix("list")));
      cos.setBucketInventoryConfiguration(CONFIGURED, task);
      same(cos.getBucketInventoryConfiguration(CONFIGURED, "list1").getInventoryConfiguration().getId(), "list1");
      cos.deleteBucketInventoryConfiguration(CONFIGURED, "list1");
      refused(404, "InventoryConfigurationNotFoundError", () -> cos.getBucketInventoryConfiguration(CONFIGURED, "list1"));
    });
    cases.put("replication needs versioning, is stored, and keeps versioning on", () -> {
      BucketReplicationConfiguration rules = new BucketReplicationConfiguration()
          .withRoleName("qcs::cam::uin/100000000001:uin/100000000001")
          .addRule(new ReplicationRule().withID("1").withPrefix("a/").withStatus("Enabled")
              .withDestinationConfig(new ReplicationDestinationConfig().withBucketQCS("qcs::cos:ap-beijing::copies-1250000000")));
      refused(400, "BucketVersionNotOpen", () -> cos.setBucketReplicationConfiguration(CONFIGURED, rules));
      String replicated = "replicated-1250000000";
      cos.createBucket(replicated);
      cos.setBucketVersioningConfiguration(new SetBucketVersioningConfigurationRequest(replicated, new BucketVersioningConfiguration("Enabled")));
      cos.setBucketReplicationConfiguration(replicated, rules);
      same(cos.getBucketReplicationConfiguration(replicated).getRules().get(0).getID(), "1");
      refused(409, "InvalidBucketState", () -> cos.setBucketVersioningConfiguration(
          new SetBucketVersioningConfigurationRequest(replicated, new BucketVersioningConfiguration("Suspended"))));
      cos.deleteBucketReplicationConfiguration(replicated);
      refused(404, "ReplicationConfigurationNotFoundError", () -> cos.getBucketReplicationConfiguration(replicated));
    });
  }

  static void buckets() {
    cases.put("buckets are created, found, listed and deleted", () -> {
      String second = "second-1250000000";
      cos.createBucket(second);
      refused(409, "BucketAlreadyOwnedByYou", () -> cos.createBucket(second));
      same(cos.doesBucketExist(second), true);
      same(cos.listBuckets().size(), 2);
      same(cos.getBucketLocation(second), REGION);
      cos.putObject(second, "a", "x");
      refused(409, "BucketNotEmpty", () -> cos.deleteBucket(second));
      cos.deleteObject(second, "a");
      cos.deleteBucket(second);
      same(cos.doesBucketExist(second), false);
    });
    cases.put("listObjects lists, folds and goes through pages", () -> {
      List<String> keys = List.of("list/a", "list/b/1", "list/b/2", "list/c", "list/照片 1+2&.jpg");
      for (String key : keys) cos.putObject(BUCKET, key, key);
      List<String> seen = new ArrayList<>();
      ListObjectsRequest request = new ListObjectsRequest();
      request.setBucketName(BUCKET);
      request.setPrefix("list/");
      request.setMaxKeys(2);
      ObjectListing page;
      do {
        page = cos.listObjects(request);
        for (COSObjectSummary summary : page.getObjectSummaries()) seen.add(summary.getKey());
        request.setMarker(page.getNextMarker());
      } while (page.isTruncated());
      same(seen, keys);
      ListObjectsRequest folding = new ListObjectsRequest();
      folding.setBucketName(BUCKET);
      folding.setPrefix("list/");
      folding.setDelimiter("/");
      same(cos.listObjects(folding).getCommonPrefixes(), List.of("list/b/"));
    });
    cases.put("versions are kept, listed, read and deleted", () -> {
      String bucket = "versions-1250000000";
      cos.createBucket(bucket);
      cos.setBucketVersioningConfiguration(new SetBucketVersioningConfigurationRequest(bucket, new BucketVersioningConfiguration("Enabled")));
      same(cos.getBucketVersioningConfiguration(bucket).getStatus(), "Enabled");
      String first = cos.putObject(bucket, "a", "1").getVersionId();
      cos.putObject(bucket, "a", "2");
      cos.deleteObject(bucket, "a");
      refused(404, "NoSuchKey", () -> cos.getObject(bucket, "a"));
      same(text(bytes(cos.getObject(new GetObjectRequest(bucket, "a", first)))), "1");
      same(cos.listVersions(bucket, "").getVersionSummaries().size(), 3);
      cos.deleteVersion(bucket, "a", first);
      refused(404, "NoSuchVersion", () -> cos.getObject(new GetObjectRequest(bucket, "a", first)));
    });
    cases.put("access control list and policy of a bucket", () -> {
      cos.createBucket(CONFIGURED);
      cos.setBucketAcl(CONFIGURED, CannedAccessControlList.PublicRead);
      isTrue(cos.getBucketAcl(CONFIGURED).getGrantsAsList().size() >= 2, "two grants");
      cos.setBucketAcl(CONFIGURED, CannedAccessControlList.Private);
      cos.putObject(CONFIGURED, "open", "x");
      same(fetch("GET", cos.getObjectUrl(CONFIGURED, "open"), null), 403);
      cos.setBucketPolicy(CONFIGURED, "{\"version\":\"2.0\",\"Statement\":[{\"Effect\":\"allow\","
          + "\"Principal\":{\"qcs\":[\"qcs::cam::anyone:anyone\"]},\"Action\":[\"name/cos:GetObject\"],"
          + "\"Resource\":[\"qcs::cos:" + REGION + ":uid/1250000000:" + CONFIGURED + "/*\"]}]}");
      isTrue(cos.getBucketPolicy(CONFIGURED).getPolicyText().contains("GetObject"), "the policy");
      same(fetch("GET", cos.getObjectUrl(CONFIGURED, "open"), null), 200);
      cos.deleteBucketPolicy(CONFIGURED);
      same(fetch("GET", cos.getObjectUrl(CONFIGURED, "open"), null), 403);
      refused(400, "MalformedPolicy", () -> cos.setBucketPolicy(CONFIGURED, "{\"version\":\"2.0\"}"));
    });
    cases.put("cross-origin rules, tags and website of a bucket", () -> {
      CORSRule rule = new CORSRule();
      rule.setAllowedOrigins("https://a.example");
      rule.setAllowedMethods(CORSRule.AllowedMethods.GET);
      rule.setAllowedHeaders("*");
      rule.setExposedHeaders("ETag");
      rule.setMaxAgeSeconds(5);
      BucketCrossOriginConfiguration rules = new BucketCrossOriginConfiguration();
      rules.setRules(List.of(rule));
      cos.setBucketCrossOriginConfiguration(CONFIGURED, rules);
      same(cos.getBucketCrossOriginConfiguration(CONFIGURED).getRules().get(0).getExposedHeaders(), List.of("ETag"));
      cos.deleteBucketCrossOriginConfiguration(CONFIGURED);
      cos.setBucketTaggingConfiguration(CONFIGURED, new BucketTaggingConfiguration(List.of(new TagSet(Map.of("k", "v")))));
      same(cos.getBucketTaggingConfiguration(CONFIGURED).getTagSet().getTag("k"), "v");
      cos.deleteBucketTaggingConfiguration(CONFIGURED);
      BucketWebsiteConfiguration site = new BucketWebsiteConfiguration("index.html");
      cos.setBucketWebsiteConfiguration(CONFIGURED, site);
      same(cos.getBucketWebsiteConfiguration(CONFIGURED).getIndexDocumentSuffix(), "index.html");
      cos.deleteBucketWebsiteConfiguration(CONFIGURED);
    });
    cases.put("lifecycle of a bucket", () -> {
      BucketLifecycleConfiguration.Rule rule = new BucketLifecycleConfiguration.Rule();
      rule.setId("1");
      rule.setStatus("Enabled");
      rule.setFilter(new com.qcloud.cos.model.lifecycle.LifecycleFilter(
          new com.qcloud.cos.model.lifecycle.LifecyclePrefixPredicate("old/")));
      rule.setExpirationInDays(10);
      BucketLifecycleConfiguration rules = new BucketLifecycleConfiguration();
      rules.setRules(List.of(rule));
      cos.setBucketLifecycleConfiguration(CONFIGURED, rules);
      same(cos.getBucketLifecycleConfiguration(CONFIGURED).getRules().get(0).getExpirationInDays(), 10);
      cos.deleteBucketLifecycleConfiguration(CONFIGURED);
    });
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < ' ') out.append(' ');
      else out.append(c);
    }
    return out.append('"').toString();
  }

  public static void main(String[] arguments) throws Exception {
    java.io.PrintStream out = new java.io.PrintStream(System.out, true, "UTF-8");
    objects();
    secured();
    buckets();
    configurations();
    cases.forEach((name, run) -> {
      String detail = "";
      try {
        run.run();
      } catch (Throwable failure) {
        detail = failure + " at " + Arrays.stream(failure.getStackTrace()).filter(frame -> frame.getClassName().startsWith("Program")).findFirst().orElse(null);
      }
      out.println("{\"case\":" + quoted(name) + ",\"ok\":" + detail.isEmpty() + ",\"detail\":" + quoted(detail) + "}");
    });
    out.println("{\"done\":" + cases.size() + "}");
    cos.shutdown();
    System.exit(0);
  }
}

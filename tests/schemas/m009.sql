pragma application_id = 1129271888;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE "councils" (
   "council" TEXT PRIMARY KEY,
   "name" TEXT,
   "official_name" TEXT,
   "nation" TEXT,
   "region" TEXT,
   "type" TEXT,
   "gss_code" TEXT,
   "start_on" TEXT,
   "end_on" TEXT,
   "replaced_by" TEXT,
   "platform" TEXT,
   "base_url" TEXT,
   "access_note" TEXT
);
CREATE TABLE "sources" (
   "source" TEXT PRIMARY KEY,
   "title" TEXT,
   "kind" TEXT,
   "publisher" TEXT,
   "url" TEXT,
   "licence" TEXT,
   "licence_url" TEXT,
   "coverage" TEXT,
   "throttle_seconds" REAL,
   "throttle_why" TEXT,
   "caveats" TEXT
);
CREATE TABLE "codes" (
   "code" TEXT PRIMARY KEY,
   "group" TEXT,
   "label" TEXT,
   "definition" TEXT,
   "not_when" TEXT,
   "precision" TEXT
);
CREATE TABLE "terms" (
   "term" TEXT PRIMARY KEY,
   "code" TEXT REFERENCES "codes"("code"),
   "phrase" TEXT,
   "pattern" TEXT,
   "precision" TEXT
);
CREATE TABLE "crawls" (
   "crawl" INTEGER PRIMARY KEY,
   "source" TEXT REFERENCES "sources"("source"),
   "council" TEXT REFERENCES "councils"("council"),
   "started_at" TEXT,
   "finished_at" TEXT,
   "outcome" TEXT,
   "since" TEXT,
   "until" TEXT,
   "requests" INTEGER,
   "bytes" INTEGER,
   "seen" INTEGER,
   "kept" INTEGER,
   "errors" INTEGER,
   "code_version" TEXT,
   "options" TEXT
);
CREATE TABLE "visits" (
   "visit" INTEGER PRIMARY KEY,
   "crawl" INTEGER REFERENCES "crawls"("crawl"),
   "source" TEXT REFERENCES "sources"("source"),
   "url" TEXT,
   "status" INTEGER,
   "outcome" TEXT,
   "reason" TEXT,
   "fetched_at" TEXT,
   "etag" TEXT,
   "sha256" TEXT
, "redirected_to" TEXT);
CREATE TABLE "coverage" (
   "source" TEXT REFERENCES "sources"("source"),
   "council" TEXT,
   "month" TEXT,
   "state" TEXT,
   "looked_at" TEXT,
   "documents_seen" INTEGER,
   "documents_read" INTEGER,
   "documents_mentioning" INTEGER,
   "unreadable" INTEGER,
   "reason" TEXT,
   PRIMARY KEY ("source", "council", "month")
);
CREATE TABLE "meetings" (
   "meeting" TEXT PRIMARY KEY,
   "source" TEXT REFERENCES "sources"("source"),
   "council" TEXT REFERENCES "councils"("council"),
   "committee" TEXT,
   "held_on" TEXT,
   "url" TEXT,
   "status" TEXT
);
CREATE TABLE "files" (
   "sha256" TEXT PRIMARY KEY,
   "bytes" INTEGER,
   "mime" TEXT,
   "path" TEXT,
   "document" TEXT,
   "outcome" TEXT,
   "reason" TEXT,
   "pages" INTEGER,
   "chars" INTEGER,
   "text_source" TEXT,
   "quality" TEXT,
   "language" TEXT,
   "found_with" TEXT
, "split_with" TEXT, "signed_with" TEXT, "compared_with" TEXT);
CREATE TABLE "documents" (
   "document" TEXT PRIMARY KEY,
   "source" TEXT REFERENCES "sources"("source"),
   "council" TEXT REFERENCES "councils"("council"),
   "kind" TEXT,
   "title" TEXT,
   "url" TEXT,
   "origin_url" TEXT,
   "published_on" TEXT,
   "meeting" TEXT REFERENCES "meetings"("meeting"),
   "item_number" TEXT,
   "sha256" TEXT REFERENCES "files"("sha256"),
   "first_seen_at" TEXT,
   "last_seen_at" TEXT,
   "gone_at" TEXT
);
CREATE TABLE "captures" (
   "capture" INTEGER PRIMARY KEY,
   "document" TEXT REFERENCES "documents"("document"),
   "sha256" TEXT REFERENCES "files"("sha256"),
   "fetched_at" TEXT,
   "etag" TEXT,
   "last_modified" TEXT
);
CREATE TABLE "tombstones" (
   "document" TEXT,
   "sha256" TEXT,
   "reason" TEXT,
   "at" TEXT,
   PRIMARY KEY ("document", "sha256")
);
CREATE TABLE "screenings" (
   "sha256" TEXT PRIMARY KEY REFERENCES "files"("sha256"),
   "pages" INTEGER,
   "chars" INTEGER,
   "hits" TEXT,
   "lexicon" TEXT,
   "screener" TEXT
, "outline" TEXT);
CREATE TABLE "pages" (
   "page" TEXT PRIMARY KEY,
   "sha256" TEXT REFERENCES "files"("sha256"),
   "number" INTEGER,
   "label" TEXT,
   "text" TEXT,
   "outcome" TEXT,
   "method" TEXT,
   "chars" INTEGER,
   "quality" TEXT,
   "reader" TEXT,
   "width_pt" REAL,
   "height_pt" REAL
, "confidence" REAL, "reason" TEXT, "furniture" TEXT);
CREATE VIRTUAL TABLE "pages_fts" USING FTS5 (
    "text",
    tokenize='porter unicode61',
    content="pages"
);
CREATE TABLE "page_words" (
   "page" TEXT PRIMARY KEY REFERENCES "pages"("page"),
   "words" BLOB
);
CREATE TABLE "page_tables" (
   "page" TEXT REFERENCES "pages"("page"),
   "ordinal" INTEGER,
   "bbox" TEXT,
   "rows" TEXT,
   PRIMARY KEY ("page", "ordinal")
);
CREATE TABLE "notices" (
   "document" TEXT PRIMARY KEY REFERENCES "documents"("document"),
   "ocid" TEXT,
   "release" TEXT,
   "stage" TEXT,
   "buyer_name" TEXT,
   "council" TEXT REFERENCES "councils"("council"),
   "suppliers" TEXT,
   "value" REAL,
   "currency" TEXT,
   "cpv" TEXT,
   "start_on" TEXT,
   "end_on" TEXT,
   "answer_sha256" TEXT
, "buyer_id" TEXT, "council_score" REAL, "council_how" TEXT);
CREATE TABLE "failures" (
   "stage" TEXT,
   "subject" TEXT,
   "error" TEXT,
   "message" TEXT,
   "permanent" INTEGER,
   "attempts" INTEGER,
   "at" TEXT,
   PRIMARY KEY ("stage", "subject")
);
CREATE TABLE "similarities" (
   "first" TEXT,
   "second" TEXT,
   "kind" TEXT,
   "score" REAL, "pages" INTEGER, "words" INTEGER, "first_council" TEXT, "second_council" TEXT, "quote" TEXT, "spans" TEXT,
   PRIMARY KEY ("first", "second")
);
CREATE TABLE "passages" (
   "passage" TEXT PRIMARY KEY,
   "page" TEXT REFERENCES "pages"("page"),
   "document" TEXT REFERENCES "documents"("document"),
   "council" TEXT REFERENCES "councils"("council"),
   "text" TEXT,
   "start" INTEGER,
   "end" INTEGER,
   "words" INTEGER,
   "codes" TEXT,
   "stance" TEXT
);
CREATE TABLE "mentions" (
   "mention" TEXT PRIMARY KEY,
   "page" TEXT REFERENCES "pages"("page"),
   "sha256" TEXT REFERENCES "files"("sha256"),
   "term" TEXT REFERENCES "terms"("term"),
   "code" TEXT REFERENCES "codes"("code"),
   "start" INTEGER,
   "end" INTEGER,
   "quote" TEXT,
   "before" TEXT,
   "after" TEXT,
   "boxes" TEXT,
   "stance" TEXT,
   "boilerplate" INTEGER,
   "counted" INTEGER,
   "reason" TEXT,
   "passage" TEXT REFERENCES "passages"("passage")
);
CREATE TABLE "codings" (
   "coding" TEXT PRIMARY KEY,
   "document" TEXT REFERENCES "documents"("document"),
   "page" TEXT REFERENCES "pages"("page"),
   "quote" TEXT,
   "code" TEXT REFERENCES "codes"("code"),
   "value" TEXT,
   "coder" TEXT,
   "coded_at" TEXT,
   "codebook" TEXT
);
CREATE TABLE "links" (
   "link" TEXT PRIMARY KEY,
   "first" TEXT,
   "second" TEXT,
   "reasons" TEXT,
   "score" REAL,
   "decision" TEXT,
   "by" TEXT,
   "at" TEXT
);
CREATE TABLE "topic_models" (
   "model" TEXT PRIMARY KEY,
   "algorithm" TEXT,
   "k" INTEGER,
   "seed" INTEGER,
   "corpus" TEXT,
   "passages" INTEGER,
   "options" TEXT,
   "npmi" REAL,
   "c_v" REAL,
   "diversity" REAL,
   "stability" REAL,
   "verdict" TEXT,
   "chosen" INTEGER,
   "fitted_at" TEXT
);
CREATE TABLE "topics" (
   "topic" TEXT PRIMARY KEY,
   "model" TEXT REFERENCES "topic_models"("model"),
   "number" INTEGER,
   "label" TEXT,
   "label_by" TEXT,
   "terms" TEXT,
   "passages" INTEGER,
   "weight" REAL
);
CREATE TABLE "topic_terms" (
   "topic" TEXT REFERENCES "topics"("topic"),
   "rank" INTEGER,
   "term" TEXT,
   "weight" REAL,
   PRIMARY KEY ("topic", "rank")
);
CREATE TABLE "passage_topics" (
   "passage" TEXT REFERENCES "passages"("passage"),
   "topic" TEXT REFERENCES "topics"("topic"),
   "model" TEXT REFERENCES "topic_models"("model"),
   "weight" REAL,
   PRIMARY KEY ("passage", "topic")
);
CREATE TABLE "topic_trends" (
   "topic" TEXT REFERENCES "topics"("topic"),
   "dimension" TEXT,
   "value" TEXT,
   "passages" INTEGER,
   "weight" REAL,
   "searched" INTEGER,
   PRIMARY KEY ("topic", "dimension", "value")
);
CREATE TABLE "misses" (
   "document" TEXT REFERENCES "documents"("document"),
   "missed_on" TEXT,
   "reason" TEXT,
   PRIMARY KEY ("document", "missed_on")
);
CREATE TABLE "changes" (
   "change" INTEGER PRIMARY KEY,
   "document" TEXT REFERENCES "documents"("document"),
   "kind" TEXT,
   "sha256" TEXT,
   "at" TEXT,
   "crawl" INTEGER REFERENCES "crawls"("crawl")
);
CREATE TABLE "source_checks" (
   "check" INTEGER PRIMARY KEY,
   "source" TEXT REFERENCES "sources"("source"),
   "council" TEXT REFERENCES "councils"("council"),
   "url" TEXT,
   "checked_at" TEXT,
   "outcome" TEXT,
   "status" INTEGER,
   "recognised" INTEGER,
   "newest" TEXT,
   "message" TEXT
);
CREATE TABLE "procurements" (
   "document" TEXT PRIMARY KEY REFERENCES "documents"("document"),
   "procurement" TEXT,
   "reason" TEXT,
   "score" REAL,
   "basis" TEXT
);
CREATE TABLE "reports" (
   "report" TEXT PRIMARY KEY REFERENCES "pages"("page"),
   "sha256" TEXT REFERENCES "files"("sha256"),
   "document" TEXT,
   "kind" TEXT,
   "item_number" TEXT,
   "title" TEXT,
   "author_role" TEXT,
   "recommendation" TEXT,
   "first_page" INTEGER,
   "last_page" INTEGER,
   "how" TEXT,
   "score" REAL
);
CREATE TABLE "signatures" (
   "sha256" TEXT PRIMARY KEY REFERENCES "files"("sha256"),
   "pages" INTEGER,
   "minhashes" BLOB,
   "runs" BLOB
);
CREATE TABLE "page_duplicates" (
   "page" TEXT PRIMARY KEY REFERENCES "pages"("page"),
   "first" TEXT REFERENCES "pages"("page"),
   "score" REAL
);
CREATE VIEW "document_passages" AS 
        select d.document, d.title, d.council, d.kind, d.published_on, d.url,
               p.passage, p.page, p.text, p.codes, p.stance
        from passages p join pages g on g.page = p.page join documents d on d.sha256 = g.sha256;
CREATE VIEW "document_mentions" AS 
        select m.mention, d.document, d.council, d.source, d.kind, d.published_on,
               substr(d.published_on, 1, 4) as year, m.code, c."group", m.stance, m.page, m.quote
        from mentions m join codes c on c.code = m.code join files f on f.sha256 = m.sha256
        join documents d on d.document = f.document and d.sha256 = f.sha256
        where m.counted = 1;
CREATE VIEW "unmatched_buyers" AS 
        select n.buyer_name, count(*) as notices, min(d.published_on) as first_on,
               max(d.published_on) as last_on, group_concat(distinct d.source) as sources
        from notices n join documents d on d.document = n.document
        where n.council is null and n.buyer_name is not null group by n.buyer_name;
CREATE VIEW "shared_procurements" AS 
        select p.procurement, min(d.title) as title, min(n.buyer_name) as buyer_name,
               min(n.council) as council, count(*) as notices, min(d.published_on) as first_on,
               max(d.published_on) as last_on, group_concat(distinct d.source) as sources,
               min(p.score) as score
        from procurements p join notices n on n.document = p.document
        join documents d on d.document = p.document
        group by p.procurement having count(distinct d.source) > 1;
CREATE VIEW "page_reports" AS 
        select p.page, p.sha256, p.number, r.report, r.kind, r.item_number, r.title, r.author_role,
               r.first_page, r.last_page
        from pages p join reports r
        on r.sha256 = p.sha256 and p.number between r.first_page and r.last_page;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "idx_visits_url"
    ON "visits" ("url");
CREATE INDEX "idx_files_outcome"
    ON "files" ("outcome");
CREATE INDEX "idx_files_document"
    ON "files" ("document");
CREATE INDEX "idx_documents_sha256"
    ON "documents" ("sha256");
CREATE INDEX "idx_documents_url"
    ON "documents" ("url");
CREATE INDEX "idx_documents_council"
    ON "documents" ("council");
CREATE INDEX "idx_documents_source"
    ON "documents" ("source");
CREATE INDEX "idx_captures_sha256"
    ON "captures" ("sha256");
CREATE INDEX "idx_captures_document_sha256"
    ON "captures" ("document", "sha256");
CREATE INDEX "idx_tombstones_sha256"
    ON "tombstones" ("sha256");
CREATE INDEX "idx_pages_sha256_number"
    ON "pages" ("sha256", "number");
CREATE INDEX pages_without_text on pages (outcome) where outcome != 'text';
CREATE INDEX "idx_notices_ocid"
    ON "notices" ("ocid");
CREATE INDEX "idx_passages_page"
    ON "passages" ("page");
CREATE INDEX "idx_passages_document"
    ON "passages" ("document");
CREATE INDEX "idx_mentions_page"
    ON "mentions" ("page");
CREATE INDEX "idx_mentions_sha256"
    ON "mentions" ("sha256");
CREATE INDEX "idx_mentions_code_counted"
    ON "mentions" ("code", "counted");
CREATE INDEX "idx_passage_topics_topic_weight"
    ON "passage_topics" ("topic", "weight");
CREATE INDEX "idx_changes_document"
    ON "changes" ("document");
CREATE INDEX "idx_notices_buyer_id"
    ON "notices" ("buyer_id");
CREATE INDEX "idx_procurements_procurement"
    ON "procurements" ("procurement");
CREATE INDEX "pages_by_quality"
    ON "pages" ("sha256", "outcome", "quality");
CREATE INDEX "idx_reports_sha256_first_page"
    ON "reports" ("sha256", "first_page");
CREATE INDEX "idx_reports_document"
    ON "reports" ("document");
CREATE INDEX "idx_page_duplicates_first"
    ON "page_duplicates" ("first");
CREATE TRIGGER "pages_ai" AFTER INSERT ON "pages" BEGIN
  INSERT INTO "pages_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE TRIGGER "pages_ad" AFTER DELETE ON "pages" BEGIN
  INSERT INTO "pages_fts" ("pages_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
END;
CREATE TRIGGER "pages_au" AFTER UPDATE ON "pages" BEGIN
  INSERT INTO "pages_fts" ("pages_fts", rowid, "text") VALUES('delete', old.rowid, old."text");
  INSERT INTO "pages_fts" (rowid, "text") VALUES (new.rowid, new."text");
END;
CREATE TRIGGER pages_update_again after update of text on pages begin update files set split_with = null, signed_with = null, compared_with = null where sha256 = new.sha256 and coalesce(split_with, signed_with, compared_with) is not null; end;
CREATE TRIGGER pages_insert_again after insert on pages begin update files set split_with = null, signed_with = null, compared_with = null where sha256 = new.sha256 and coalesce(split_with, signed_with, compared_with) is not null; end;
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm001_authored', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm002_collected', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm003_pages', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm004_evidence', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm005_topics', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm006_presence', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm007_procurements', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm008_ocr', '2026-01-01');
insert into _sqlite_migrations (migration_set, name, applied_at) values ('council-corpus', 'm009_packs', '2026-01-01');
insert into "councils" ("council", "name", "official_name", "nation", "region", "type", "gss_code", "start_on", "end_on", "replaced_by", "platform", "base_url", "access_note") values ('council', 'name', 'official_name', 'nation', 'region', 'type', 'gss_code', 'start_on', 'end_on', 'replaced_by', 'platform', 'base_url', 'access_note');
insert into "sources" ("source", "title", "kind", "publisher", "url", "licence", "licence_url", "coverage", "throttle_seconds", "throttle_why", "caveats") values ('source', 'title', 'kind', 'publisher', 'url', 'licence', 'licence_url', 'coverage', 0.5, 'throttle_why', 'caveats');
insert into "codes" ("code", "group", "label", "definition", "not_when", "precision") values ('code', 'group', 'label', 'definition', 'not_when', 'precision');
insert into "terms" ("term", "code", "phrase", "pattern", "precision") values ('term', 'code', 'phrase', 'pattern', 'precision');
insert into "crawls" ("crawl", "source", "council", "started_at", "finished_at", "outcome", "since", "until", "requests", "bytes", "seen", "kept", "errors", "code_version", "options") values (7, 'source', 'council', 'started_at', 'finished_at', 'outcome', 'since', 'until', 7, 7, 7, 7, 7, 'code_version', 'options');
insert into "visits" ("visit", "crawl", "source", "url", "status", "outcome", "reason", "fetched_at", "etag", "sha256", "redirected_to") values (7, 7, 'source', 'url', 7, 'outcome', 'reason', 'fetched_at', 'etag', 'sha256', 'redirected_to');
insert into "coverage" ("source", "council", "month", "state", "looked_at", "documents_seen", "documents_read", "documents_mentioning", "unreadable", "reason") values ('source', 'council', 'month', 'state', 'looked_at', 7, 7, 7, 7, 'reason');
insert into "meetings" ("meeting", "source", "council", "committee", "held_on", "url", "status") values ('meeting', 'source', 'council', 'committee', 'held_on', 'url', 'status');
insert into "files" ("sha256", "bytes", "mime", "path", "document", "outcome", "reason", "pages", "chars", "text_source", "quality", "language", "found_with", "split_with", "signed_with", "compared_with") values ('sha256', 7, 'mime', 'path', 'document', 'outcome', 'reason', 7, 7, 'text_source', 'quality', 'language', 'found_with', 'split_with', 'signed_with', 'compared_with');
insert into "documents" ("document", "source", "council", "kind", "title", "url", "origin_url", "published_on", "meeting", "item_number", "sha256", "first_seen_at", "last_seen_at", "gone_at") values ('document', 'source', 'council', 'kind', 'title', 'url', 'origin_url', 'published_on', 'meeting', 'item_number', 'sha256', 'first_seen_at', 'last_seen_at', 'gone_at');
insert into "captures" ("capture", "document", "sha256", "fetched_at", "etag", "last_modified") values (7, 'document', 'sha256', 'fetched_at', 'etag', 'last_modified');
insert into "tombstones" ("document", "sha256", "reason", "at") values ('document', 'sha256', 'reason', 'at');
insert into "screenings" ("sha256", "pages", "chars", "hits", "lexicon", "screener", "outline") values ('sha256', 7, 7, 'hits', 'lexicon', 'screener', 'outline');
insert into "pages" ("page", "sha256", "number", "label", "text", "outcome", "method", "chars", "quality", "reader", "width_pt", "height_pt", "confidence", "reason", "furniture") values ('page', 'sha256', 7, 'label', 'text', 'outcome', 'method', 7, 'quality', 'reader', 0.5, 0.5, 0.5, 'reason', 'furniture');
insert into "page_words" ("page", "words") values ('page', x'00');
insert into "page_tables" ("page", "ordinal", "bbox", "rows") values ('page', 7, 'bbox', 'rows');
insert into "notices" ("document", "ocid", "release", "stage", "buyer_name", "council", "suppliers", "value", "currency", "cpv", "start_on", "end_on", "answer_sha256", "buyer_id", "council_score", "council_how") values ('document', 'ocid', 'release', 'stage', 'buyer_name', 'council', 'suppliers', 0.5, 'currency', 'cpv', 'start_on', 'end_on', 'answer_sha256', 'buyer_id', 0.5, 'council_how');
insert into "failures" ("stage", "subject", "error", "message", "permanent", "attempts", "at") values ('stage', 'subject', 'error', 'message', 7, 7, 'at');
insert into "similarities" ("first", "second", "kind", "score", "pages", "words", "first_council", "second_council", "quote", "spans") values ('first', 'second', 'kind', 0.5, 7, 7, 'first_council', 'second_council', 'quote', 'spans');
insert into "passages" ("passage", "page", "document", "council", "text", "start", "end", "words", "codes", "stance") values ('passage', 'page', 'document', 'council', 'text', 7, 7, 7, 'codes', 'stance');
insert into "mentions" ("mention", "page", "sha256", "term", "code", "start", "end", "quote", "before", "after", "boxes", "stance", "boilerplate", "counted", "reason", "passage") values ('mention', 'page', 'sha256', 'term', 'code', 7, 7, 'quote', 'before', 'after', 'boxes', 'stance', 7, 7, 'reason', 'passage');
insert into "codings" ("coding", "document", "page", "quote", "code", "value", "coder", "coded_at", "codebook") values ('coding', 'document', 'page', 'quote', 'code', 'value', 'coder', 'coded_at', 'codebook');
insert into "links" ("link", "first", "second", "reasons", "score", "decision", "by", "at") values ('link', 'first', 'second', 'reasons', 0.5, 'decision', 'by', 'at');
insert into "topic_models" ("model", "algorithm", "k", "seed", "corpus", "passages", "options", "npmi", "c_v", "diversity", "stability", "verdict", "chosen", "fitted_at") values ('model', 'algorithm', 7, 7, 'corpus', 7, 'options', 0.5, 0.5, 0.5, 0.5, 'verdict', 7, 'fitted_at');
insert into "topics" ("topic", "model", "number", "label", "label_by", "terms", "passages", "weight") values ('topic', 'model', 7, 'label', 'label_by', 'terms', 7, 0.5);
insert into "topic_terms" ("topic", "rank", "term", "weight") values ('topic', 7, 'term', 0.5);
insert into "passage_topics" ("passage", "topic", "model", "weight") values ('passage', 'topic', 'model', 0.5);
insert into "topic_trends" ("topic", "dimension", "value", "passages", "weight", "searched") values ('topic', 'dimension', 'value', 7, 0.5, 7);
insert into "misses" ("document", "missed_on", "reason") values ('document', 'missed_on', 'reason');
insert into "changes" ("change", "document", "kind", "sha256", "at", "crawl") values (7, 'document', 'kind', 'sha256', 'at', 7);
insert into "source_checks" ("check", "source", "council", "url", "checked_at", "outcome", "status", "recognised", "newest", "message") values (7, 'source', 'council', 'url', 'checked_at', 'outcome', 7, 7, 'newest', 'message');
insert into "procurements" ("document", "procurement", "reason", "score", "basis") values ('document', 'procurement', 'reason', 0.5, 'basis');
insert into "reports" ("report", "sha256", "document", "kind", "item_number", "title", "author_role", "recommendation", "first_page", "last_page", "how", "score") values ('report', 'sha256', 'document', 'kind', 'item_number', 'title', 'author_role', 'recommendation', 7, 7, 'how', 0.5);
insert into "signatures" ("sha256", "pages", "minhashes", "runs") values ('sha256', 7, x'00', x'00');
insert into "page_duplicates" ("page", "first", "score") values ('page', 'first', 0.5);

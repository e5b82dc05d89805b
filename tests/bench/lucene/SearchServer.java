import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Collector;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MultiCollector;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Builds and searches one index, commanded by lines on standard input, one JSON object a line back.
 *
 * <p>Fields of a line are parted by tabs, values of a field by U+001F:
 *
 * <pre>
 * BUILD                                    then one line an article, and END
 *   id, text, day, month, source, speakers, countries
 * OPEN
 * SEARCH, facets (0 or 1), op, terms, speaker, country, source, first day, last day
 * </pre>
 */
public final class SearchServer {
  private static final int HITS = 10;
  private static final int LARGEST = 20;
  private static final int FUZZY_TERMS = 100_000;
  private static final double MEMORY_MB = 512;
  private static final String SEPARATOR = "\u001f";

  private final MMapDirectory directory;
  private final Analyzer analyzer;
  private final BufferedReader in;
  private final PrintStream out;
  private IndexSearcher searcher;

  private SearchServer(Path folder, boolean raw) throws IOException {
    directory = new MMapDirectory(folder);
    analyzer = raw ? new English() : new WhitespaceAnalyzer();
    in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 20);
    out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  }

  /** Arguments: the folder of the index; "raw" or "terms". */
  public static void main(String[] arguments) throws IOException {
    new SearchServer(Path.of(arguments[0]), arguments[1].equals("raw")).serve();
  }

  private void serve() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] fields = line.split("\t", -1);
      switch (fields[0]) {
        case "BUILD" -> build();
        case "OPEN" -> searcher = new IndexSearcher(DirectoryReader.open(directory));
        case "SEARCH" -> {
          long started = System.nanoTime();
          StringBuilder answer = search(fields);
          double seconds = (System.nanoTime() - started) / 1e9;
          out.print(answer.append(",\"seconds\":").append(seconds).append('}'));
        }
        default -> throw new IllegalArgumentException("unknown command: " + fields[0]);
      }
      out.print(fields[0].equals("SEARCH") ? "\n" : "{}\n");
      out.flush();
    }
  }

  private void build() throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setRAMBufferSizeMB(MEMORY_MB);
    config.setUseCompoundFile(false);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (String line = in.readLine(); !line.equals("END"); line = in.readLine()) {
        writer.addDocument(document(line.split("\t", -1)));
      }
      writer.forceMerge(1);
      writer.commit();
    }
  }

  private static Document document(String[] fields) {
    Document document = new Document();
    document.add(new BinaryDocValuesField("id", new BytesRef(fields[0])));
    document.add(new TextField("text", fields[1], Field.Store.NO));
    document.add(new IntField("day", Integer.parseInt(fields[2]), Field.Store.NO));
    document.add(new SortedDocValuesField("month", new BytesRef(fields[3])));
    document.add(
        new SortedDocValuesField("source", new BytesRef(fields[4])));
    document.add(new StringField("source", fields[4], Field.Store.NO));
    addValues(document, "speaker", fields[5]);
    addValues(document, "country", fields[6]);
    return document;
  }

  private static void addValues(Document document, String field, String values) {
    for (String value : values.isEmpty() ? new String[0] : values.split(SEPARATOR)) {
      document.add(
          new SortedSetDocValuesField(field, new BytesRef(value)));
      document.add(new StringField(field, value, Field.Store.NO));
    }
  }

  @SuppressWarnings("deprecation") // one thread needs no manager of collectors
  private StringBuilder search(String[] fields) throws IOException {
    boolean facets = fields[1].equals("1");
    Query query = filtered(words(fields[2], fields[3]), fields);
    StringBuilder answer = new StringBuilder(1024);
    if (!facets) {
      // Two passes, both cut short: the best without looking at all, the count without scores.
      TopDocs best = searcher.search(query, HITS);
      answer.append("{\"total\":").append(searcher.count(query));
      appendHits(answer, best.scoreDocs);
      return answer.append(",\"facets\":{}");
    }
    TopScoreDocCollector best =
        new TopScoreDocCollectorManager(HITS, Integer.MAX_VALUE).newCollector();
    Matches matches = new Matches();
    searcher.search(query, MultiCollector.wrap(best, (Collector) matches));
    TopDocs found = best.topDocs();
    answer.append("{\"total\":").append(found.totalHits.value);
    appendHits(answer, found.scoreDocs);
    answer.append(",\"facets\":{");
    appendCounts(answer, "speaker", true, LARGEST, matches);
    appendCounts(answer.append(','), "country", true, LARGEST, matches);
    appendCounts(answer.append(','), "month", false, Integer.MAX_VALUE, matches);
    appendCounts(answer.append(','), "source", false, Integer.MAX_VALUE, matches);
    return answer.append('}');
  }

  private static Query words(String op, String terms) {
    String[] words = terms.split(SEPARATOR);
    switch (op) {
      case "all":
        return new MatchAllDocsQuery();
      case "phrase":
        return new PhraseQuery("text", words);
      case "prefix":
        return new PrefixQuery(new Term("text", words[0]));
      case "fuzzy":
        return new FuzzyQuery(
            new Term("text", words[0]), 1, 0, FUZZY_TERMS, true,
            MultiTermQuery.CONSTANT_SCORE_BLENDED_REWRITE);
      case "term":
        return new TermQuery(new Term("text", words[0]));
      default:
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (String word : words) {
          all.add(
              new TermQuery(new Term("text", word)), op.equals("and") ? Occur.MUST : Occur.SHOULD);
        }
        return all.build();
    }
  }

  private static Query filtered(Query query, String[] fields) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    String[] names = {"speaker", "country", "source"};
    for (int at = 0; at < names.length; at++) {
      if (!fields[4 + at].isEmpty()) {
        all.add(new TermQuery(new Term(names[at], fields[4 + at])), Occur.FILTER);
      }
    }
    if (!fields[7].isEmpty() || !fields[8].isEmpty()) {
      int first = fields[7].isEmpty() ? Integer.MIN_VALUE : Integer.parseInt(fields[7]);
      int last = fields[8].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(fields[8]);
      all.add(IntField.newRangeQuery("day", first, last), Occur.FILTER);
    }
    BooleanQuery filters = all.build();
    if (filters.clauses().isEmpty()) {
      return query;
    }
    return query instanceof MatchAllDocsQuery ? filters : all.add(query, Occur.MUST).build();
  }

  private void appendHits(StringBuilder answer, ScoreDoc[] hits) throws IOException {
    answer.append(",\"hits\":[");
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    for (int at = 0; at < hits.length; at++) {
      int leaf = ReaderUtil.subIndex(hits[at].doc, leaves);
      BinaryDocValues ids = DocValues.getBinary(leaves.get(leaf).reader(), "id");
      ids.advanceExact(hits[at].doc - leaves.get(leaf).docBase);
      quote(at == 0 ? answer : answer.append(','), ids.binaryValue().utf8ToString());
    }
    answer.append(']');
  }

  /** Counts per segment by number of the value; names are looked up for the largest alone. */
  private static void appendCounts(
      StringBuilder answer, String field, boolean several, int size, Matches matches)
      throws IOException {
    List<String> names = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    Map<String, Integer> summed = matches.segments.size() > 1 ? new HashMap<>() : null;
    for (Segment segment : matches.segments) {
      int[] counted = several ? countSets(field, segment) : countValues(field, segment);
      int kept = summed == null ? size : Integer.MAX_VALUE;
      for (int number : largest(counted, kept)) {
        String name = name(field, several, segment.reader, number);
        if (summed == null) {
          names.add(name);
          counts.add(counted[number]);
        } else {
          summed.merge(name, counted[number], Integer::sum);
        }
      }
    }
    if (summed != null) {
      summed.entrySet().stream()
          .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
          .limit(size)
          .forEach(entry -> {
            names.add(entry.getKey());
            counts.add(entry.getValue());
          });
    }
    quote(answer, field).append(":{");
    for (int at = 0; at < names.size(); at++) {
      quote(at == 0 ? answer : answer.append(','), names.get(at));
      answer.append(':').append(counts.get(at));
    }
    answer.append('}');
  }

  private static int[] countSets(String field, Segment segment) throws IOException {
    SortedSetDocValues values = DocValues.getSortedSet(segment.reader, field);
    int[] counted = new int[(int) values.getValueCount()];
    if (segment.size == segment.reader.maxDoc()) {
      while (values.nextDoc() != SortedSetDocValues.NO_MORE_DOCS) {
        for (int left = values.docValueCount(); left > 0; left--) {
          counted[(int) values.nextOrd()]++;
        }
      }
      return counted;
    }
    for (int at = 0; at < segment.size; at++) {
      if (values.advanceExact(segment.docs[at])) {
        for (int left = values.docValueCount(); left > 0; left--) {
          counted[(int) values.nextOrd()]++;
        }
      }
    }
    return counted;
  }

  private static int[] countValues(String field, Segment segment) throws IOException {
    SortedDocValues values = DocValues.getSorted(segment.reader, field);
    int[] counted = new int[values.getValueCount()];
    for (int at = 0; at < segment.size; at++) {
      if (values.advanceExact(segment.docs[at])) {
        counted[values.ordValue()]++;
      }
    }
    return counted;
  }

  /** Numbers of the values with the largest counts, no zeros, largest first, ties ascending. */
  private static int[] largest(int[] counted, int size) {
    long[] keys = new long[counted.length];
    int filled = 0;
    for (int number = 0; number < counted.length; number++) {
      if (counted[number] > 0) {
        keys[filled++] = ((long) -counted[number] << 32) | number;
      }
    }
    if (size < filled / 4) {
      keys = smallest(keys, filled, size);
      filled = size;
    }
    Arrays.sort(keys, 0, filled);
    int[] numbers = new int[Math.min(filled, size)];
    for (int at = 0; at < numbers.length; at++) {
      numbers[at] = (int) keys[at];
    }
    return numbers;
  }

  /** A heap of the smallest, the largest of them on top. */
  private static long[] smallest(long[] keys, int filled, int size) {
    PriorityQueue<Long> heap =
        new PriorityQueue<>(size, Comparator.reverseOrder());
    for (int at = 0; at < filled; at++) {
      if (heap.size() < size) {
        heap.add(keys[at]);
      } else if (keys[at] < heap.peek()) {
        heap.poll();
        heap.add(keys[at]);
      }
    }
    return heap.stream().mapToLong(Long::longValue).toArray();
  }

  private static String name(String field, boolean several, LeafReader reader, int number)
      throws IOException {
    return several
        ? DocValues.getSortedSet(reader, field).lookupOrd(number).utf8ToString()
        : DocValues.getSorted(reader, field).lookupOrd(number).utf8ToString();
  }

  private static StringBuilder quote(StringBuilder answer, String text) {
    answer.append('"');
    for (int at = 0; at < text.length(); at++) {
      char each = text.charAt(at);
      if (each == '"' || each == '\\') {
        answer.append('\\');
      }
      answer.append(each);
    }
    return answer.append('"');
  }

  /** The matching documents of one segment, ascending. */
  private static final class Segment {
    final LeafReader reader;
    int[] docs = new int[1024];
    int size;

    Segment(LeafReader reader) {
      this.reader = reader;
    }
  }

  /** Gathers all matches. */
  private static final class Matches extends SimpleCollector {
    final List<Segment> segments = new ArrayList<>();
    private Segment current;

    @Override
    protected void doSetNextReader(LeafReaderContext context) {
      current = new Segment(context.reader());
      segments.add(current);
    }

    @Override
    public void collect(int doc) {
      if (current.size == current.docs.length) {
        current.docs = Arrays.copyOf(current.docs, 2 * current.size);
      }
      current.docs[current.size++] = doc;
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }
  }

  /** Words in lower case, Snowball's English stems, no stop words. */
  private static final class English extends Analyzer {
    @Override
    protected TokenStreamComponents createComponents(String field) {
      Tokenizer words = new StandardTokenizer();
      TokenStream stems = new SnowballFilter(new LowerCaseFilter(words), new EnglishStemmer());
      return new TokenStreamComponents(words, stems);
    }
  }
}

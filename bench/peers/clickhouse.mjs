// The per-model report by ClickHouse, embedded: node clickhouse.mjs GLOB THREADS. Prints a JSON
// list of rows.
//
// Typed tuples: only the named members are converted. The body stays text, because it is an
// object in one record and an array in the next. Percentiles by nearest rank, from sorted lists.
import { query } from "chdb";

const [glob, threads] = process.argv.slice(2);
const quoted = glob.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
const rank = (percent) => `sorted[intDiv(known * ${percent} + 99, 100)]`;
const answer = query(`
  WITH arraySort(groupArray(latency)) AS sorted, length(sorted) AS known
  SELECT modelId AS model, toFloat64(count()) AS invocations,
         toFloat64(sum(input.inputTokenCount)) AS input,
         toFloat64(sum(output.outputTokenCount)) AS output,
         toFloat64(count(errorCode)) AS errors, toFloat64(known) AS n,
         if(known = 0, NULL, toFloat64(${rank(50)})) AS p50,
         if(known = 0, NULL, toFloat64(${rank(90)})) AS p90,
         if(known = 0, NULL, toFloat64(${rank(99)})) AS p99
  FROM (
    SELECT modelId, errorCode, input, output,
           if(startsWith(output.outputBodyJson, '['),
              JSONExtract(output.outputBodyJson, -1, 'amazon-bedrock-invocationMetrics',
                          'invocationLatency', 'Nullable(UInt64)'),
              JSONExtract(output.outputBodyJson, 'metrics', 'latencyMs', 'Nullable(UInt64)')
           ) AS latency
    FROM file('${quoted}', 'JSONEachRow', 'modelId String, errorCode Nullable(String),
      input Tuple(inputTokenCount UInt64),
      output Tuple(outputTokenCount UInt64, outputBodyJson String)', 'gzip'))
  GROUP BY modelId
  SETTINGS max_threads = ${Number(threads)},
    input_format_skip_unknown_fields = 1,
    input_format_json_read_objects_as_strings = 1,
    input_format_json_read_arrays_as_strings = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1,
    input_format_json_defaults_for_missing_elements_in_named_tuple = 1`, "JSONCompact");
const { meta, data } = JSON.parse(answer);
const names = meta.map((column) => column.name);
console.log(JSON.stringify(data.map(
  (row) => Object.fromEntries(row.map((value, at) => [names[at], value])))));

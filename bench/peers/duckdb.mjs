// The per-model report by DuckDB: node duckdb.mjs GLOB THREADS. Prints a JSON list of rows.
//
// Typed structs: only the named members are converted. The body stays text, because it is an
// object in one record and an array in the next.
import { DuckDBInstance } from "@duckdb/node-api";

const [glob, threads] = process.argv.slice(2);
const quoted = glob.replaceAll("'", "''");
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const reader = await connection.runAndReadAll(`
  WITH calls AS (
    SELECT modelId, errorCode, input.inputTokenCount AS input, output.outputTokenCount AS output,
           TRY_CAST(CASE WHEN starts_with(output.outputBodyJson, '[')
             THEN json_extract_string(output.outputBodyJson,
                    '$[#-1].amazon-bedrock-invocationMetrics.invocationLatency')
             ELSE json_extract_string(output.outputBodyJson, '$.metrics.latencyMs')
           END AS BIGINT) AS latency
    FROM read_json('${quoted}', format = 'newline_delimited', compression = 'gzip', columns = {
      modelId: 'VARCHAR', errorCode: 'VARCHAR', input: 'STRUCT(inputTokenCount BIGINT)',
      output: 'STRUCT(outputTokenCount BIGINT, outputBodyJson JSON)'}))
  SELECT modelId AS model, count(*)::DOUBLE AS invocations,
         coalesce(sum(input), 0)::DOUBLE AS input, coalesce(sum(output), 0)::DOUBLE AS output,
         count(errorCode)::DOUBLE AS errors, count(latency)::DOUBLE AS n,
         quantile_disc(latency, 0.5)::DOUBLE AS p50, quantile_disc(latency, 0.9)::DOUBLE AS p90,
         quantile_disc(latency, 0.99)::DOUBLE AS p99
  FROM calls GROUP BY modelId`);
console.log(JSON.stringify(reader.getRowObjectsJson()));

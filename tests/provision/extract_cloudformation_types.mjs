// Property names, required ones and types of the CloudFormation types that exports use, from AWS's
// published resource schemas. In a folder outside the source tree:
//   npm install @aws-cdk/aws-service-spec
//   node .../extract_cloudformation_types.mjs . > .../tests/data/cloudformation_types.json
// Facts only: no descriptions are taken.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const types = [
  'AWS::Bedrock::Guardrail',
  'AWS::Bedrock::GuardrailVersion',
  'AWS::Budgets::Budget',
  'AWS::CloudTrail::Trail',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::AnomalyDetector',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::VPCEndpoint',
  'AWS::Events::Rule',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicInlinePolicy',
];

const folder = resolve(process.argv[2] ?? '.');
const require = createRequire(join(folder, 'anything.js'));
const database = require('@aws-cdk/aws-service-spec').loadAwsServiceSpecSync();
const manifest = join(folder, 'node_modules/@aws-cdk/aws-service-spec/package.json');
const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8'));

const definitions = {};

// "string", ["string"] for a list, {"*": ..} for a map, {"one_of": [..]}, or the name of a
// definition behind "#".
function shapeOf(type, owner) {
  switch (type.type) {
    case 'array':
      return [shapeOf(type.element, owner)];
    case 'map':
      return { '*': shapeOf(type.element, owner) };
    case 'union':
      return { one_of: type.types.map((one) => shapeOf(one, owner)) };
    case 'tag':
      definitions.Tag = {
        Key: { type: 'string', required: true },
        Value: { type: 'string', required: true },
      };
      return '#Tag';
    case 'ref': {
      const target = database.get('typeDefinition', type.reference.$ref);
      const key = `${owner}.${target.name}`;
      if (!(key in definitions)) {
        definitions[key] = {};
        definitions[key] = propertiesOf(target.properties, owner);
      }
      return `#${key}`;
    }
    default:
      return type.type;
  }
}

function propertiesOf(properties, owner) {
  const result = {};
  for (const property of Object.keys(properties).sort()) {
    result[property] = { type: shapeOf(properties[property].type, owner) };
    if (properties[property].required) {
      result[property].required = true;
    }
  }
  return result;
}

const resources = {};
for (const type of types) {
  const resource = database.lookup('resource', 'cloudFormationType', 'equals', type).only();
  resources[type] = propertiesOf(resource.properties, type);
}

// A line per type, so that a later version can be compared by line.
const line = (key, value) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
const lines = (object) =>
  Object.keys(object).sort().map((key) => line(key, object[key])).join(',\n');
console.log(`{
  "source": ${JSON.stringify(`npm ${name} ${version}, ${license}`)},
  "resources": {\n${lines(resources)}\n  },
  "definitions": {\n${lines(definitions)}\n  }
}`);

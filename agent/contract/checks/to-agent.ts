// @ts-nocheck
/** Written by `npm run contract` from `agent/contract/schemas/`: never changed by hand. */
import { conditions } from "../conditions.ts";

export const toAgent = validate191;
const schema46 = {"allOf":[{"type":"object","properties":{"type":{"enum":["welcome","edges","apply","renew","noted","drop"]}},"required":["type"]},{"type":"object","discriminator":{"propertyName":"type"},"oneOf":[{"type":"object","properties":{"type":{"type":"string","const":"welcome"},"session":{"$ref":"#/definitions/__schema0"},"epoch":{"$ref":"#/definitions/__schema1"},"leaseMs":{"$ref":"#/definitions/__schema2"},"edges":{"anyOf":[{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema3"}},{"type":"null"}]},"minor":{"allOf":[{"$ref":"#/definitions/__schema1"}]},"cluster":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["type","session","epoch","leaseMs","edges"],"passesOver":["type","session","epoch","leaseMs","edges","minor","cluster"]},{"type":"object","properties":{"type":{"type":"string","const":"edges"},"session":{"$ref":"#/definitions/__schema0"},"edges":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema3"}}},"required":["type","session","edges"],"onlyKeys":["type","session","edges"]},{"type":"object","properties":{"type":{"type":"string","const":"apply"},"session":{"$ref":"#/definitions/__schema0"},"epoch":{"$ref":"#/definitions/__schema1"},"gen":{"$ref":"#/definitions/__schema1"},"basis":{"$ref":"#/definitions/__schema1"},"leaseMs":{"$ref":"#/definitions/__schema2"},"faults":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema6"}},"watches":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema34"}},"allotments":{"type":"object","propertyNames":{"$ref":"#/definitions/__schema0"},"additionalProperties":{"$ref":"#/definitions/__schema1"}},"marks":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema37"}}},"required":["type","session","epoch","gen","basis","leaseMs","faults","watches","allotments"],"onlyKeys":["type","session","epoch","gen","basis","leaseMs","faults","watches","allotments","marks"]},{"type":"object","properties":{"type":{"type":"string","const":"renew"},"session":{"$ref":"#/definitions/__schema0"},"epoch":{"$ref":"#/definitions/__schema1"},"gen":{"$ref":"#/definitions/__schema1"},"basis":{"$ref":"#/definitions/__schema1"},"leaseMs":{"$ref":"#/definitions/__schema2"}},"required":["type","session","epoch","gen","basis","leaseMs"],"onlyKeys":["type","session","epoch","gen","basis","leaseMs"]},{"type":"object","properties":{"type":{"type":"string","const":"noted"},"session":{"$ref":"#/definitions/__schema0"},"n":{"$ref":"#/definitions/__schema1"}},"required":["type","session","n"],"onlyKeys":["type","session","n"]},{"type":"object","properties":{"type":{"type":"string","const":"drop"},"nonce":{"$ref":"#/definitions/__schema0"}},"required":["type","nonce"],"passesOver":["type","nonce"]}],"required":["type"]}]};
const schema7 = {"type":"string","minLength":1,"maxLength":4096};

function validate22(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 4096){
validate22.errors = [{instancePath,keyword:"maxLength",params:{limit: 4096}}];
return false;
}
else {
if(data.length < 1){
validate22.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate22.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}

const schema8 = {"type":"integer","minimum":0,"maximum":9007199254740991};

function validate24(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate24.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
validate24.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate24.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
validate24.errors = vErrors;
return errors === 0;
}

const schema9 = {"type":"number","minimum":1,"maximum":60000};

function validate26(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 60000 || isNaN(data)){
validate26.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 60000}}];
return false;
}
else {
if(data < 1 || isNaN(data)){
validate26.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
else {
validate26.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}

const schema10 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema0"},"listen":{"$ref":"#/definitions/__schema0"},"protocol":{"type":"string","enum":["http","tcp"]},"endpoints":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema0"}},"at":{"type":"string","const":"callee"},"callers":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema0"}},"healthPath":{"anyOf":[{"$ref":"#/definitions/__schema0"},{"type":"null"}]},"balance":{"type":"string","enum":["turn","client"]},"limits":{"type":"object","properties":{"connectMs":{"$ref":"#/definitions/__schema4"},"headMs":{"$ref":"#/definitions/__schema4"},"idleMs":{"$ref":"#/definitions/__schema4"},"stallMs":{"$ref":"#/definitions/__schema4"},"tunnelMs":{"$ref":"#/definitions/__schema4"},"halfClosedMs":{"$ref":"#/definitions/__schema4"},"lingerMs":{"$ref":"#/definitions/__schema4"},"headBytes":{"type":"integer","minimum":1024,"maximum":1048576}},"onlyKeys":["connectMs","headMs","idleMs","stallMs","tunnelMs","halfClosedMs","lingerMs","headBytes"]}},"required":["id","listen","protocol","endpoints","healthPath"],"onlyKeys":["id","listen","protocol","endpoints","at","callers","healthPath","balance","limits"]};
const schema11 = {"allOf":[{"$ref":"#/definitions/__schema5"}]};
const schema12 = {"type":"number","minimum":0,"maximum":86400000};

function validate35(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 86400000 || isNaN(data)){
validate35.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 86400000}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate35.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
else {
validate35.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate35.errors = vErrors;
return errors === 0;
}


function validate34(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate35(data, {instancePath}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
validate34.errors = vErrors;
return errors === 0;
}


function validate28(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.id === undefined) && (missing0 = "id")) || ((data.listen === undefined) && (missing0 = "listen"))) || ((data.protocol === undefined) && (missing0 = "protocol"))) || ((data.endpoints === undefined) && (missing0 = "endpoints"))) || ((data.healthPath === undefined) && (missing0 = "healthPath"))){
validate28.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate22(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.listen !== undefined){
const _errs2 = errors;
if(!(validate22(data.listen, {instancePath:instancePath+"/listen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.protocol !== undefined){
let data2 = data.protocol;
const _errs3 = errors;
if(typeof data2 !== "string"){
validate28.errors = [{instancePath:instancePath+"/protocol",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data2 === "http") || (data2 === "tcp"))){
validate28.errors = [{instancePath:instancePath+"/protocol",keyword:"enum",params:{allowedValues: ["http","tcp"]}}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.endpoints !== undefined){
let data3 = data.endpoints;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data3)){
if(data3.length > 10000){
validate28.errors = [{instancePath:instancePath+"/endpoints",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid1 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs7 = errors;
if(!(validate22(data3[i0], {instancePath:instancePath+"/endpoints/" + i0}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid1 = _errs7 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.at !== undefined){
let data5 = data.at;
const _errs8 = errors;
if(typeof data5 !== "string"){
validate28.errors = [{instancePath:instancePath+"/at",keyword:"type",params:{type: "string"}}];
return false;
}
if("callee" !== data5){
validate28.errors = [{instancePath:instancePath+"/at",keyword:"const",params:{allowedValue: "callee"}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.callers !== undefined){
let data6 = data.callers;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data6)){
if(data6.length > 10000){
validate28.errors = [{instancePath:instancePath+"/callers",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid2 = true;
const len1 = data6.length;
for(let i1=0; i1<len1; i1++){
const _errs12 = errors;
if(!(validate22(data6[i1], {instancePath:instancePath+"/callers/" + i1}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid2 = _errs12 === errors;
if(!valid2){
break;
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/callers",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.healthPath !== undefined){
let data8 = data.healthPath;
const _errs13 = errors;
const _errs14 = errors;
let valid3 = false;
const _errs15 = errors;
if(!(validate22(data8, {instancePath:instancePath+"/healthPath"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var _valid0 = _errs15 === errors;
valid3 = valid3 || _valid0;
if(!valid3){
const _errs16 = errors;
if(data8 !== null){
const err0 = {instancePath:instancePath+"/healthPath",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs16 === errors;
valid3 = valid3 || _valid0;
}
if(!valid3){
const err1 = {instancePath:instancePath+"/healthPath",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate28.errors = vErrors;
return false;
}
else {
errors = _errs14;
if(vErrors !== null){
if(_errs14){
vErrors.length = _errs14;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.balance !== undefined){
let data9 = data.balance;
const _errs18 = errors;
if(typeof data9 !== "string"){
validate28.errors = [{instancePath:instancePath+"/balance",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data9 === "turn") || (data9 === "client"))){
validate28.errors = [{instancePath:instancePath+"/balance",keyword:"enum",params:{allowedValues: ["turn","client"]}}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.limits !== undefined){
let data10 = data.limits;
const _errs20 = errors;
if(errors === _errs20){
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
if(data10.connectMs !== undefined){
const _errs22 = errors;
if(!(validate34(data10.connectMs, {instancePath:instancePath+"/limits/connectMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs22 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.headMs !== undefined){
const _errs23 = errors;
if(!(validate34(data10.headMs, {instancePath:instancePath+"/limits/headMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.idleMs !== undefined){
const _errs24 = errors;
if(!(validate34(data10.idleMs, {instancePath:instancePath+"/limits/idleMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs24 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.stallMs !== undefined){
const _errs25 = errors;
if(!(validate34(data10.stallMs, {instancePath:instancePath+"/limits/stallMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs25 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.tunnelMs !== undefined){
const _errs26 = errors;
if(!(validate34(data10.tunnelMs, {instancePath:instancePath+"/limits/tunnelMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs26 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.halfClosedMs !== undefined){
const _errs27 = errors;
if(!(validate34(data10.halfClosedMs, {instancePath:instancePath+"/limits/halfClosedMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs27 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.lingerMs !== undefined){
const _errs28 = errors;
if(!(validate34(data10.lingerMs, {instancePath:instancePath+"/limits/lingerMs"}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
var valid4 = _errs28 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data10.headBytes !== undefined){
let data18 = data10.headBytes;
const _errs29 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate28.errors = [{instancePath:instancePath+"/limits/headBytes",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs29){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 > 1048576 || isNaN(data18)){
validate28.errors = [{instancePath:instancePath+"/limits/headBytes",keyword:"maximum",params:{comparison: "<=", limit: 1048576}}];
return false;
}
else {
if(data18 < 1024 || isNaN(data18)){
validate28.errors = [{instancePath:instancePath+"/limits/headBytes",keyword:"minimum",params:{comparison: ">=", limit: 1024}}];
return false;
}
}
}
}
var valid4 = _errs29 === errors;
}
else {
var valid4 = true;
}
if(valid4){
for(const key0 in data10){
if(!((((((((key0 === "connectMs") || (key0 === "headMs")) || (key0 === "idleMs")) || (key0 === "stallMs")) || (key0 === "tunnelMs")) || (key0 === "halfClosedMs")) || (key0 === "lingerMs")) || (key0 === "headBytes"))){
validate28.errors = [{instancePath:instancePath+"/limits",keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/limits",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key1 in data){
if(!(((((((((key1 === "id") || (key1 === "listen")) || (key1 === "protocol")) || (key1 === "endpoints")) || (key1 === "at")) || (key1 === "callers")) || (key1 === "healthPath")) || (key1 === "balance")) || (key1 === "limits"))){
validate28.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key1}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate28.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}

const schema13 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema0"},"run":{"$ref":"#/definitions/__schema0"},"name":{"$ref":"#/definitions/__schema0"},"edge":{"$ref":"#/definitions/__schema0"},"endpoints":{"anyOf":[{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema0"}},{"type":"null"}]},"action":{"allOf":[{"type":"object","properties":{"kind":{"enum":["latency","abort","partition","reset","bandwidth","slowClose","limitBytes","slice","corrupt","rewrite","throttle","kill","restart","pause"]}},"required":["kind"]},{"type":"object","discriminator":{"propertyName":"kind"},"oneOf":[{"type":"object","properties":{"kind":{"type":"string","const":"latency"},"params":{"anyOf":[{"type":"object","properties":{"delay":{"$ref":"#/definitions/__schema5"},"jitter":{"$ref":"#/definitions/__schema5"},"distribution":{"type":"string","enum":["uniform","normal","pareto"]},"at":{"$ref":"#/definitions/__schema7"}},"required":["delay","jitter","distribution","at"],"onlyKeys":["delay","jitter","distribution","at"]},{"type":"object","properties":{"percentiles":{"$ref":"#/definitions/__schema8"},"at":{"$ref":"#/definitions/__schema7"}},"required":["percentiles","at"],"condition":"risingPercentiles","onlyKeys":["percentiles","at"]}]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"abort"},"params":{"type":"object","properties":{"status":{"$ref":"#/definitions/__schema11"},"body":{"$ref":"#/definitions/__schema12"},"headers":{"type":"object","propertyNames":{"$ref":"#/definitions/__schema13"},"additionalProperties":{"$ref":"#/definitions/__schema12"}}},"required":["status","body","headers"],"onlyKeys":["status","body","headers"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"partition"},"params":{"type":"object","properties":{"how":{"$ref":"#/definitions/__schema14"},"direction":{"$ref":"#/definitions/__schema15"}},"required":["how","direction"],"condition":"directedHolding","onlyKeys":["how","direction"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"reset"},"params":{"type":"object","properties":{"after":{"$ref":"#/definitions/__schema5"},"afterBytes":{"$ref":"#/definitions/__schema16"},"every":{"$ref":"#/definitions/__schema17"}},"required":["after"],"condition":"singleTrigger","onlyKeys":["after","afterBytes","every"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"bandwidth"},"params":{"type":"object","properties":{"rate":{"type":"number","minimum":0},"per":{"type":"string","enum":["edge","connection"]},"direction":{"$ref":"#/definitions/__schema15"}},"required":["rate","per","direction"],"onlyKeys":["rate","per","direction"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"slowClose"},"params":{"type":"object","properties":{"delay":{"$ref":"#/definitions/__schema5"}},"required":["delay"],"onlyKeys":["delay"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"limitBytes"},"params":{"type":"object","properties":{"bytes":{"$ref":"#/definitions/__schema1"},"direction":{"type":"string","enum":["request","response"]}},"required":["bytes","direction"],"onlyKeys":["bytes","direction"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"slice"},"params":{"type":"object","properties":{"size":{"$ref":"#/definitions/__schema18"},"variation":{"$ref":"#/definitions/__schema1"},"pause":{"$ref":"#/definitions/__schema5"},"direction":{"$ref":"#/definitions/__schema15"}},"required":["size","variation","pause","direction"],"condition":"variationBelowSize","onlyKeys":["size","variation","pause","direction"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"corrupt"},"params":{"type":"object","properties":{"bytes":{"$ref":"#/definitions/__schema10"},"direction":{"$ref":"#/definitions/__schema15"}},"required":["bytes","direction"],"onlyKeys":["bytes","direction"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"rewrite"},"params":{"type":"object","properties":{"request":{"$ref":"#/definitions/__schema19"},"response":{"$ref":"#/definitions/__schema22"}},"condition":"namedSide","onlyKeys":["request","response"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"throttle"},"params":{"type":"object","properties":{"rate":{"type":"number","exclusiveMinimum":0},"burst":{"type":"integer","minimum":1,"maximum":9007199254740991},"status":{"type":"integer","minimum":400,"maximum":599},"retryAfter":{"$ref":"#/definitions/__schema5"}},"required":["rate","status","retryAfter"],"onlyKeys":["rate","burst","status","retryAfter"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"kill"},"params":{"type":"object","properties":{"signal":{"$ref":"#/definitions/__schema23"},"restart":{"$ref":"#/definitions/__schema5"},"every":{"$ref":"#/definitions/__schema24"},"within":{"$ref":"#/definitions/__schema5"}},"required":["signal","restart","within"],"condition":"restartInTime","onlyKeys":["signal","restart","every","within"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"restart"},"params":{"type":"object","properties":{"grace":{"type":"number","minimum":0,"maximum":60000},"within":{"$ref":"#/definitions/__schema5"}},"required":["grace","within"],"onlyKeys":["grace","within"]}},"required":["kind","params"],"onlyKeys":["kind","params"]},{"type":"object","properties":{"kind":{"type":"string","const":"pause"},"params":{"type":"object","properties":{},"onlyKeys":[]}},"required":["kind","params"],"onlyKeys":["kind","params"]}],"required":["kind"]}]},"match":{"anyOf":[{"$ref":"#/definitions/__schema25"},{"type":"null"}]},"share":{"type":"object","properties":{"steps":{"minItems":1,"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema10"}},"eachMs":{"$ref":"#/definitions/__schema5"},"by":{"anyOf":[{"type":"string","enum":["request","connection","trace"]},{"type":"string","maxLength":263,"pattern":"^header:[\\s\\S]"}]}},"required":["steps","eachMs","by"],"onlyKeys":["steps","eachMs","by"]},"pulse":{"anyOf":[{"type":"object","properties":{"liveMs":{"minimum":1,"allOf":[{"$ref":"#/definitions/__schema5"}]},"restMs":{"$ref":"#/definitions/__schema5"}},"required":["liveMs","restMs"],"onlyKeys":["liveMs","restMs"]},{"type":"null"}]},"seed":{"type":"number"},"stealth":{"type":"boolean"},"shadow":{"type":"boolean"},"notAfterMs":{"type":"number","minimum":0,"maximum":7200000},"existing":{"type":"string","const":"reset"}},"required":["id","run","name","edge","endpoints","action","match","share","pulse","seed","stealth","shadow","notAfterMs"],"onlyKeys":["id","run","name","edge","endpoints","action","match","share","pulse","seed","stealth","shadow","notAfterMs","existing"]};
const schema14 = {"type":"string","enum":["request","response","connect"]};

function validate62(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
validate62.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data === "request") || (data === "response")) || (data === "connect"))){
validate62.errors = [{instancePath,keyword:"enum",params:{allowedValues: ["request","response","connect"]}}];
return false;
}
validate62.errors = vErrors;
return errors === 0;
}

const schema15 = {"minItems":2,"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema9"}};
const schema16 = {"type":"object","properties":{"at":{"$ref":"#/definitions/__schema10"},"ms":{"$ref":"#/definitions/__schema5"}},"required":["at","ms"],"onlyKeys":["at","ms"]};
const schema17 = {"type":"number","minimum":0,"maximum":1};

function validate66(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 1 || isNaN(data)){
validate66.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 1}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate66.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
else {
validate66.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate66.errors = vErrors;
return errors === 0;
}


function validate65(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.at === undefined) && (missing0 = "at")) || ((data.ms === undefined) && (missing0 = "ms"))){
validate65.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.at !== undefined){
const _errs1 = errors;
if(!(validate66(data.at, {instancePath:instancePath+"/at"}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ms !== undefined){
const _errs2 = errors;
if(!(validate35(data.ms, {instancePath:instancePath+"/ms"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "at") || (key0 === "ms"))){
validate65.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate65.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate65.errors = vErrors;
return errors === 0;
}


function validate64(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 1000){
validate64.errors = [{instancePath,keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
if(data.length < 2){
validate64.errors = [{instancePath,keyword:"minItems",params:{limit: 2}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate65(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
}
else {
validate64.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate64.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"integer","minimum":200,"maximum":599};

function validate72(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate72.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 599 || isNaN(data)){
validate72.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 599}}];
return false;
}
else {
if(data < 200 || isNaN(data)){
validate72.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 200}}];
return false;
}
}
}
}
validate72.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"string","maxLength":65536};

function validate74(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 65536){
validate74.errors = [{instancePath,keyword:"maxLength",params:{limit: 65536}}];
return false;
}
}
else {
validate74.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate74.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"string","maxLength":4096};

function validate76(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 4096){
validate76.errors = [{instancePath,keyword:"maxLength",params:{limit: 4096}}];
return false;
}
}
else {
validate76.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate76.errors = vErrors;
return errors === 0;
}

const schema21 = {"type":"string","enum":["refuse","reset","blackhole","stall"]};

function validate79(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
validate79.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data === "refuse") || (data === "reset")) || (data === "blackhole")) || (data === "stall"))){
validate79.errors = [{instancePath,keyword:"enum",params:{allowedValues: ["refuse","reset","blackhole","stall"]}}];
return false;
}
validate79.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"string","enum":["both","request","response"]};

function validate81(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
validate81.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data === "both") || (data === "request")) || (data === "response"))){
validate81.errors = [{instancePath,keyword:"enum",params:{allowedValues: ["both","request","response"]}}];
return false;
}
validate81.errors = vErrors;
return errors === 0;
}

const schema23 = {"allOf":[{"$ref":"#/definitions/__schema1"}]};

function validate84(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate24(data, {instancePath}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
validate84.errors = vErrors;
return errors === 0;
}

const schema24 = {"type":"number","minimum":100,"maximum":86400000};

function validate87(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 86400000 || isNaN(data)){
validate87.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 86400000}}];
return false;
}
else {
if(data < 100 || isNaN(data)){
validate87.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 100}}];
return false;
}
}
}
else {
validate87.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate87.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"integer","minimum":1,"maximum":9007199254740991};

function validate92(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate92.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
validate92.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data < 1 || isNaN(data)){
validate92.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
validate92.errors = vErrors;
return errors === 0;
}

const schema26 = {"type":"object","properties":{"headers":{"$ref":"#/definitions/__schema20"},"body":{"$ref":"#/definitions/__schema21"},"path":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["headers"],"onlyKeys":["headers","body","path"]};
const schema27 = {"type":"object","propertyNames":{"$ref":"#/definitions/__schema13"},"additionalProperties":{"anyOf":[{"$ref":"#/definitions/__schema12"},{"type":"null"}]}};

function validate100(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(!(validate76(key0, {instancePath}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(!valid0){
const err0 = {instancePath,keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
validate100.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
let data0 = data[key1];
const _errs3 = errors;
const _errs4 = errors;
let valid2 = false;
const _errs5 = errors;
if(!(validate74(data0, {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const _errs6 = errors;
if(data0 !== null){
const err1 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid2 = valid2 || _valid0;
}
if(!valid2){
const err2 = {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
validate100.errors = vErrors;
return false;
}
else {
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate100.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate100.errors = vErrors;
return errors === 0;
}

const schema28 = {"allOf":[{"$ref":"#/definitions/__schema12"}]};

function validate104(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate74(data, {instancePath}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
validate104.errors = vErrors;
return errors === 0;
}


function validate99(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.headers === undefined) && (missing0 = "headers")){
validate99.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.headers !== undefined){
const _errs1 = errors;
if(!(validate100(data.headers, {instancePath:instancePath+"/headers"}))){
vErrors = vErrors === null ? validate100.errors : vErrors.concat(validate100.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.body !== undefined){
const _errs2 = errors;
if(!(validate104(data.body, {instancePath:instancePath+"/body"}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.path !== undefined){
const _errs3 = errors;
if(!(validate22(data.path, {instancePath:instancePath+"/path"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((key0 === "headers") || (key0 === "body")) || (key0 === "path"))){
validate99.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate99.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate99.errors = vErrors;
return errors === 0;
}

const schema29 = {"type":"object","properties":{"headers":{"$ref":"#/definitions/__schema20"},"body":{"$ref":"#/definitions/__schema21"},"status":{"allOf":[{"$ref":"#/definitions/__schema11"}]}},"required":["headers"],"onlyKeys":["headers","body","status"]};

function validate109(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.headers === undefined) && (missing0 = "headers")){
validate109.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.headers !== undefined){
const _errs1 = errors;
if(!(validate100(data.headers, {instancePath:instancePath+"/headers"}))){
vErrors = vErrors === null ? validate100.errors : vErrors.concat(validate100.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.body !== undefined){
const _errs2 = errors;
if(!(validate104(data.body, {instancePath:instancePath+"/body"}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.status !== undefined){
const _errs3 = errors;
if(!(validate72(data.status, {instancePath:instancePath+"/status"}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((key0 === "headers") || (key0 === "body")) || (key0 === "status"))){
validate109.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate109.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate109.errors = vErrors;
return errors === 0;
}

const schema30 = {"type":"string","enum":["KILL","TERM"]};

function validate115(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "string"){
validate115.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data === "KILL") || (data === "TERM"))){
validate115.errors = [{instancePath,keyword:"enum",params:{allowedValues: ["KILL","TERM"]}}];
return false;
}
validate115.errors = vErrors;
return errors === 0;
}

const schema31 = {"type":"number","minimum":1000,"maximum":86400000};

function validate118(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 86400000 || isNaN(data)){
validate118.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 86400000}}];
return false;
}
else {
if(data < 1000 || isNaN(data)){
validate118.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 1000}}];
return false;
}
}
}
else {
validate118.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate118.errors = vErrors;
return errors === 0;
}

const schema32 = {"type":"object","properties":{"method":{"$ref":"#/definitions/__schema26"},"path":{"$ref":"#/definitions/__schema28"},"host":{"$ref":"#/definitions/__schema29"},"query":{"$ref":"#/definitions/__schema30"},"baggage":{"$ref":"#/definitions/__schema32"},"headers":{"$ref":"#/definitions/__schema33"},"not":{"type":"object","properties":{"method":{"$ref":"#/definitions/__schema26"},"path":{"$ref":"#/definitions/__schema28"},"host":{"$ref":"#/definitions/__schema29"},"query":{"$ref":"#/definitions/__schema30"},"baggage":{"$ref":"#/definitions/__schema32"},"headers":{"$ref":"#/definitions/__schema33"}},"onlyKeys":["method","path","host","query","baggage","headers"]}},"onlyKeys":["method","path","host","query","baggage","headers","not"]};
const schema33 = {"allOf":[{"$ref":"#/definitions/__schema27"}]};
const schema34 = {"anyOf":[{"$ref":"#/definitions/__schema13"},{"type":"object","properties":{"regex":{"type":"string","maxLength":256}},"required":["regex"],"onlyKeys":["regex"]},{"type":"object","properties":{"absent":{"type":"boolean","const":true}},"required":["absent"],"onlyKeys":["absent"]}]};

function validate124(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
let valid0 = false;
const _errs1 = errors;
if(!(validate76(data, {instancePath}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var _valid0 = _errs1 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs2 = errors;
if(errors === _errs2){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.regex === undefined) && (missing0 = "regex")){
const err0 = {instancePath,keyword:"required",params:{missingProperty: missing0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data.regex !== undefined){
let data0 = data.regex;
const _errs4 = errors;
if(errors === _errs4){
if(typeof data0 === "string"){
if(data0.length > 256){
const err1 = {instancePath:instancePath+"/regex",keyword:"maxLength",params:{limit: 256}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
else {
const err2 = {instancePath:instancePath+"/regex",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var valid1 = _errs4 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data){
if(!(key0 === "regex")){
const err3 = {instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
break;
}
}
}
}
}
else {
const err4 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
var _valid0 = _errs2 === errors;
valid0 = valid0 || _valid0;
if(!valid0){
const _errs7 = errors;
if(errors === _errs7){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.absent === undefined) && (missing1 = "absent")){
const err5 = {instancePath,keyword:"required",params:{missingProperty: missing1}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
if(data.absent !== undefined){
let data1 = data.absent;
const _errs9 = errors;
if(typeof data1 !== "boolean"){
const err6 = {instancePath:instancePath+"/absent",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(true !== data1){
const err7 = {instancePath:instancePath+"/absent",keyword:"const",params:{allowedValue: true}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
var valid2 = _errs9 === errors;
}
else {
var valid2 = true;
}
if(valid2){
for(const key1 in data){
if(!(key1 === "absent")){
const err8 = {instancePath,keyword:"onlyKeys",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
break;
}
}
}
}
}
else {
const err9 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
var _valid0 = _errs7 === errors;
valid0 = valid0 || _valid0;
}
}
if(!valid0){
const err10 = {instancePath,keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
validate124.errors = vErrors;
return false;
}
else {
errors = _errs0;
if(vErrors !== null){
if(_errs0){
vErrors.length = _errs0;
}
else {
vErrors = null;
}
}
}
validate124.errors = vErrors;
return errors === 0;
}


function validate123(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate124(data, {instancePath}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
validate123.errors = vErrors;
return errors === 0;
}

const schema35 = {"allOf":[{"$ref":"#/definitions/__schema27"}]};

function validate128(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate124(data, {instancePath}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
validate128.errors = vErrors;
return errors === 0;
}

const schema36 = {"allOf":[{"$ref":"#/definitions/__schema27"}]};

function validate131(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate124(data, {instancePath}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
validate131.errors = vErrors;
return errors === 0;
}

const schema37 = {"allOf":[{"$ref":"#/definitions/__schema31"}]};
const schema38 = {"type":"object","propertyNames":{"$ref":"#/definitions/__schema13"},"additionalProperties":{"$ref":"#/definitions/__schema27"}};

function validate135(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(!(validate76(key0, {instancePath}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(!valid0){
const err0 = {instancePath,keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
validate135.errors = vErrors;
return false;
break;
}
}
if(valid0){
for(const key1 in data){
const _errs3 = errors;
if(!(validate124(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate135.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate135.errors = vErrors;
return errors === 0;
}


function validate134(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate135(data, {instancePath}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
validate134.errors = vErrors;
return errors === 0;
}

const schema39 = {"allOf":[{"$ref":"#/definitions/__schema31"}]};

function validate140(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate135(data, {instancePath}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
validate140.errors = vErrors;
return errors === 0;
}

const schema40 = {"allOf":[{"$ref":"#/definitions/__schema31"}]};

function validate143(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate135(data, {instancePath}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
validate143.errors = vErrors;
return errors === 0;
}


function validate122(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.method !== undefined){
const _errs1 = errors;
if(!(validate123(data.method, {instancePath:instancePath+"/method"}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.path !== undefined){
const _errs2 = errors;
if(!(validate128(data.path, {instancePath:instancePath+"/path"}))){
vErrors = vErrors === null ? validate128.errors : vErrors.concat(validate128.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined){
const _errs3 = errors;
if(!(validate131(data.host, {instancePath:instancePath+"/host"}))){
vErrors = vErrors === null ? validate131.errors : vErrors.concat(validate131.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.query !== undefined){
const _errs4 = errors;
if(!(validate134(data.query, {instancePath:instancePath+"/query"}))){
vErrors = vErrors === null ? validate134.errors : vErrors.concat(validate134.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.baggage !== undefined){
const _errs5 = errors;
if(!(validate140(data.baggage, {instancePath:instancePath+"/baggage"}))){
vErrors = vErrors === null ? validate140.errors : vErrors.concat(validate140.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.headers !== undefined){
const _errs6 = errors;
if(!(validate143(data.headers, {instancePath:instancePath+"/headers"}))){
vErrors = vErrors === null ? validate143.errors : vErrors.concat(validate143.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.not !== undefined){
let data6 = data.not;
const _errs7 = errors;
if(errors === _errs7){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.method !== undefined){
const _errs9 = errors;
if(!(validate123(data6.method, {instancePath:instancePath+"/not/method"}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
var valid1 = _errs9 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.path !== undefined){
const _errs10 = errors;
if(!(validate128(data6.path, {instancePath:instancePath+"/not/path"}))){
vErrors = vErrors === null ? validate128.errors : vErrors.concat(validate128.errors);
errors = vErrors.length;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.host !== undefined){
const _errs11 = errors;
if(!(validate131(data6.host, {instancePath:instancePath+"/not/host"}))){
vErrors = vErrors === null ? validate131.errors : vErrors.concat(validate131.errors);
errors = vErrors.length;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.query !== undefined){
const _errs12 = errors;
if(!(validate134(data6.query, {instancePath:instancePath+"/not/query"}))){
vErrors = vErrors === null ? validate134.errors : vErrors.concat(validate134.errors);
errors = vErrors.length;
}
var valid1 = _errs12 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.baggage !== undefined){
const _errs13 = errors;
if(!(validate140(data6.baggage, {instancePath:instancePath+"/not/baggage"}))){
vErrors = vErrors === null ? validate140.errors : vErrors.concat(validate140.errors);
errors = vErrors.length;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.headers !== undefined){
const _errs14 = errors;
if(!(validate143(data6.headers, {instancePath:instancePath+"/not/headers"}))){
vErrors = vErrors === null ? validate143.errors : vErrors.concat(validate143.errors);
errors = vErrors.length;
}
var valid1 = _errs14 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data6){
if(!((((((key0 === "method") || (key0 === "path")) || (key0 === "host")) || (key0 === "query")) || (key0 === "baggage")) || (key0 === "headers"))){
validate122.errors = [{instancePath:instancePath+"/not",keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
}
}
else {
validate122.errors = [{instancePath:instancePath+"/not",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key1 in data){
if(!(((((((key1 === "method") || (key1 === "path")) || (key1 === "host")) || (key1 === "query")) || (key1 === "baggage")) || (key1 === "headers")) || (key1 === "not"))){
validate122.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key1}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
else {
validate122.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate122.errors = vErrors;
return errors === 0;
}

const pattern0 = new RegExp("^header:[\\s\\S]", "u");

function validate54(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((((data.id === undefined) && (missing0 = "id")) || ((data.run === undefined) && (missing0 = "run"))) || ((data.name === undefined) && (missing0 = "name"))) || ((data.edge === undefined) && (missing0 = "edge"))) || ((data.endpoints === undefined) && (missing0 = "endpoints"))) || ((data.action === undefined) && (missing0 = "action"))) || ((data.match === undefined) && (missing0 = "match"))) || ((data.share === undefined) && (missing0 = "share"))) || ((data.pulse === undefined) && (missing0 = "pulse"))) || ((data.seed === undefined) && (missing0 = "seed"))) || ((data.stealth === undefined) && (missing0 = "stealth"))) || ((data.shadow === undefined) && (missing0 = "shadow"))) || ((data.notAfterMs === undefined) && (missing0 = "notAfterMs"))){
validate54.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate22(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.run !== undefined){
const _errs2 = errors;
if(!(validate22(data.run, {instancePath:instancePath+"/run"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.name !== undefined){
const _errs3 = errors;
if(!(validate22(data.name, {instancePath:instancePath+"/name"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.edge !== undefined){
const _errs4 = errors;
if(!(validate22(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.endpoints !== undefined){
let data4 = data.endpoints;
const _errs5 = errors;
const _errs6 = errors;
let valid1 = false;
const _errs7 = errors;
if(errors === _errs7){
if(Array.isArray(data4)){
if(data4.length > 10000){
const err0 = {instancePath:instancePath+"/endpoints",keyword:"maxItems",params:{limit: 10000}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
var valid2 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate22(data4[i0], {instancePath:instancePath+"/endpoints/" + i0}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid2 = _errs9 === errors;
if(!valid2){
break;
}
}
}
}
else {
const err1 = {instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs7 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs10 = errors;
if(data4 !== null){
const err2 = {instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs10 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err3 = {instancePath:instancePath+"/endpoints",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate54.errors = vErrors;
return false;
}
else {
errors = _errs6;
if(vErrors !== null){
if(_errs6){
vErrors.length = _errs6;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.action !== undefined){
let data6 = data.action;
const _errs12 = errors;
const _errs13 = errors;
if(errors === _errs13){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.kind === undefined) && (missing1 = "kind")){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data6.kind !== undefined){
let data7 = data6.kind;
if(!((((((((((((((data7 === "latency") || (data7 === "abort")) || (data7 === "partition")) || (data7 === "reset")) || (data7 === "bandwidth")) || (data7 === "slowClose")) || (data7 === "limitBytes")) || (data7 === "slice")) || (data7 === "corrupt")) || (data7 === "rewrite")) || (data7 === "throttle")) || (data7 === "kill")) || (data7 === "restart")) || (data7 === "pause"))){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"enum",params:{allowedValues: ["latency","abort","partition","reset","bandwidth","slowClose","limitBytes","slice","corrupt","rewrite","throttle","kill","restart","pause"]}}];
return false;
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs13 === errors;
if(valid3){
const _errs16 = errors;
if(errors === _errs16){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((data6.kind === undefined) && (missing2 = "kind")){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
const tag0 = data6.kind;
if(typeof tag0 == "string"){
if(tag0 === "latency"){
const _errs19 = errors;
if(errors === _errs19){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing3;
if(((data6.kind === undefined) && (missing3 = "kind")) || ((data6.params === undefined) && (missing3 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
if(data6.kind !== undefined){
let data8 = data6.kind;
const _errs21 = errors;
if(typeof data8 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("latency" !== data8){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "latency"}}];
return false;
}
var valid7 = _errs21 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data6.params !== undefined){
let data9 = data6.params;
const _errs23 = errors;
const _errs24 = errors;
let valid8 = false;
const _errs25 = errors;
if(errors === _errs25){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing4;
if(((((data9.delay === undefined) && (missing4 = "delay")) || ((data9.jitter === undefined) && (missing4 = "jitter"))) || ((data9.distribution === undefined) && (missing4 = "distribution"))) || ((data9.at === undefined) && (missing4 = "at"))){
const err4 = {instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing4}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
else {
if(data9.delay !== undefined){
const _errs27 = errors;
if(!(validate35(data9.delay, {instancePath:instancePath+"/action/params/delay"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid9 = _errs27 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data9.jitter !== undefined){
const _errs28 = errors;
if(!(validate35(data9.jitter, {instancePath:instancePath+"/action/params/jitter"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid9 = _errs28 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data9.distribution !== undefined){
let data12 = data9.distribution;
const _errs29 = errors;
if(typeof data12 !== "string"){
const err5 = {instancePath:instancePath+"/action/params/distribution",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!(((data12 === "uniform") || (data12 === "normal")) || (data12 === "pareto"))){
const err6 = {instancePath:instancePath+"/action/params/distribution",keyword:"enum",params:{allowedValues: ["uniform","normal","pareto"]}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
var valid9 = _errs29 === errors;
}
else {
var valid9 = true;
}
if(valid9){
if(data9.at !== undefined){
const _errs31 = errors;
if(!(validate62(data9.at, {instancePath:instancePath+"/action/params/at"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid9 = _errs31 === errors;
}
else {
var valid9 = true;
}
if(valid9){
for(const key0 in data9){
if(!((((key0 === "delay") || (key0 === "jitter")) || (key0 === "distribution")) || (key0 === "at"))){
const err7 = {instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
break;
}
}
}
}
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var _valid1 = _errs25 === errors;
valid8 = valid8 || _valid1;
if(!valid8){
const _errs33 = errors;
if(errors === _errs33){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing5;
if(((data9.percentiles === undefined) && (missing5 = "percentiles")) || ((data9.at === undefined) && (missing5 = "at"))){
const err9 = {instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing5}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
if(data9.percentiles !== undefined){
const _errs35 = errors;
if(!(validate64(data9.percentiles, {instancePath:instancePath+"/action/params/percentiles"}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
var valid10 = _errs35 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data9.at !== undefined){
const _errs36 = errors;
if(!(validate62(data9.at, {instancePath:instancePath+"/action/params/at"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid10 = _errs36 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(!conditions.risingPercentiles.holds(data9)){
const err10 = {instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "risingPercentiles"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
else {
for(const key1 in data9){
if(!((key1 === "percentiles") || (key1 === "at"))){
const err11 = {instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
break;
}
}
}
}
}
}
}
else {
const err12 = {instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
var _valid1 = _errs33 === errors;
valid8 = valid8 || _valid1;
}
if(!valid8){
const err13 = {instancePath:instancePath+"/action/params",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
validate54.errors = vErrors;
return false;
}
else {
errors = _errs24;
if(vErrors !== null){
if(_errs24){
vErrors.length = _errs24;
}
else {
vErrors = null;
}
}
}
var valid7 = _errs23 === errors;
}
else {
var valid7 = true;
}
if(valid7){
for(const key2 in data6){
if(!((key2 === "kind") || (key2 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key2}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "abort"){
const _errs39 = errors;
if(errors === _errs39){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing6;
if(((data6.kind === undefined) && (missing6 = "kind")) || ((data6.params === undefined) && (missing6 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing6}}];
return false;
}
else {
if(data6.kind !== undefined){
let data16 = data6.kind;
const _errs41 = errors;
if(typeof data16 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("abort" !== data16){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "abort"}}];
return false;
}
var valid12 = _errs41 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data6.params !== undefined){
let data17 = data6.params;
const _errs43 = errors;
if(errors === _errs43){
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
let missing7;
if((((data17.status === undefined) && (missing7 = "status")) || ((data17.body === undefined) && (missing7 = "body"))) || ((data17.headers === undefined) && (missing7 = "headers"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing7}}];
return false;
}
else {
if(data17.status !== undefined){
const _errs45 = errors;
if(!(validate72(data17.status, {instancePath:instancePath+"/action/params/status"}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
var valid13 = _errs45 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data17.body !== undefined){
const _errs46 = errors;
if(!(validate74(data17.body, {instancePath:instancePath+"/action/params/body"}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
var valid13 = _errs46 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data17.headers !== undefined){
let data20 = data17.headers;
const _errs47 = errors;
if(errors === _errs47){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key3 in data20){
const _errs49 = errors;
if(!(validate76(key3, {instancePath:instancePath+"/action/params/headers"}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid14 = _errs49 === errors;
if(!valid14){
const err14 = {instancePath:instancePath+"/action/params/headers",keyword:"propertyNames",params:{propertyName: key3}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
validate54.errors = vErrors;
return false;
break;
}
}
if(valid14){
for(const key4 in data20){
const _errs51 = errors;
if(!(validate74(data20[key4], {instancePath:instancePath+"/action/params/headers/" + key4.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
var valid15 = _errs51 === errors;
if(!valid15){
break;
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params/headers",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid13 = _errs47 === errors;
}
else {
var valid13 = true;
}
if(valid13){
for(const key5 in data17){
if(!(((key5 === "status") || (key5 === "body")) || (key5 === "headers"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key5}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid12 = _errs43 === errors;
}
else {
var valid12 = true;
}
if(valid12){
for(const key6 in data6){
if(!((key6 === "kind") || (key6 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key6}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "partition"){
const _errs54 = errors;
if(errors === _errs54){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing8;
if(((data6.kind === undefined) && (missing8 = "kind")) || ((data6.params === undefined) && (missing8 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing8}}];
return false;
}
else {
if(data6.kind !== undefined){
let data22 = data6.kind;
const _errs56 = errors;
if(typeof data22 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("partition" !== data22){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "partition"}}];
return false;
}
var valid17 = _errs56 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data6.params !== undefined){
let data23 = data6.params;
const _errs58 = errors;
if(errors === _errs58){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
let missing9;
if(((data23.how === undefined) && (missing9 = "how")) || ((data23.direction === undefined) && (missing9 = "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing9}}];
return false;
}
else {
if(data23.how !== undefined){
const _errs60 = errors;
if(!(validate79(data23.how, {instancePath:instancePath+"/action/params/how"}))){
vErrors = vErrors === null ? validate79.errors : vErrors.concat(validate79.errors);
errors = vErrors.length;
}
var valid18 = _errs60 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(data23.direction !== undefined){
const _errs61 = errors;
if(!(validate81(data23.direction, {instancePath:instancePath+"/action/params/direction"}))){
vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors);
errors = vErrors.length;
}
var valid18 = _errs61 === errors;
}
else {
var valid18 = true;
}
if(valid18){
if(!conditions.directedHolding.holds(data23)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "directedHolding"}}];
return false;
}
else {
for(const key7 in data23){
if(!((key7 === "how") || (key7 === "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key7}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid17 = _errs58 === errors;
}
else {
var valid17 = true;
}
if(valid17){
for(const key8 in data6){
if(!((key8 === "kind") || (key8 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key8}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "reset"){
const _errs64 = errors;
if(errors === _errs64){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing10;
if(((data6.kind === undefined) && (missing10 = "kind")) || ((data6.params === undefined) && (missing10 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing10}}];
return false;
}
else {
if(data6.kind !== undefined){
let data26 = data6.kind;
const _errs66 = errors;
if(typeof data26 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("reset" !== data26){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "reset"}}];
return false;
}
var valid20 = _errs66 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data6.params !== undefined){
let data27 = data6.params;
const _errs68 = errors;
if(errors === _errs68){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing11;
if((data27.after === undefined) && (missing11 = "after")){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing11}}];
return false;
}
else {
if(data27.after !== undefined){
const _errs70 = errors;
if(!(validate35(data27.after, {instancePath:instancePath+"/action/params/after"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid21 = _errs70 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data27.afterBytes !== undefined){
const _errs71 = errors;
if(!(validate84(data27.afterBytes, {instancePath:instancePath+"/action/params/afterBytes"}))){
vErrors = vErrors === null ? validate84.errors : vErrors.concat(validate84.errors);
errors = vErrors.length;
}
var valid21 = _errs71 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data27.every !== undefined){
const _errs72 = errors;
if(!(validate87(data27.every, {instancePath:instancePath+"/action/params/every"}))){
vErrors = vErrors === null ? validate87.errors : vErrors.concat(validate87.errors);
errors = vErrors.length;
}
var valid21 = _errs72 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(!conditions.singleTrigger.holds(data27)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "singleTrigger"}}];
return false;
}
else {
for(const key9 in data27){
if(!(((key9 === "after") || (key9 === "afterBytes")) || (key9 === "every"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key9}}];
return false;
break;
}
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid20 = _errs68 === errors;
}
else {
var valid20 = true;
}
if(valid20){
for(const key10 in data6){
if(!((key10 === "kind") || (key10 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key10}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "bandwidth"){
const _errs75 = errors;
if(errors === _errs75){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing12;
if(((data6.kind === undefined) && (missing12 = "kind")) || ((data6.params === undefined) && (missing12 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing12}}];
return false;
}
else {
if(data6.kind !== undefined){
let data31 = data6.kind;
const _errs77 = errors;
if(typeof data31 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("bandwidth" !== data31){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "bandwidth"}}];
return false;
}
var valid23 = _errs77 === errors;
}
else {
var valid23 = true;
}
if(valid23){
if(data6.params !== undefined){
let data32 = data6.params;
const _errs79 = errors;
if(errors === _errs79){
if(data32 && typeof data32 == "object" && !Array.isArray(data32)){
let missing13;
if((((data32.rate === undefined) && (missing13 = "rate")) || ((data32.per === undefined) && (missing13 = "per"))) || ((data32.direction === undefined) && (missing13 = "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing13}}];
return false;
}
else {
if(data32.rate !== undefined){
let data33 = data32.rate;
const _errs81 = errors;
if(errors === _errs81){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 < 0 || isNaN(data33)){
validate54.errors = [{instancePath:instancePath+"/action/params/rate",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params/rate",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid24 = _errs81 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data32.per !== undefined){
let data34 = data32.per;
const _errs83 = errors;
if(typeof data34 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/params/per",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data34 === "edge") || (data34 === "connection"))){
validate54.errors = [{instancePath:instancePath+"/action/params/per",keyword:"enum",params:{allowedValues: ["edge","connection"]}}];
return false;
}
var valid24 = _errs83 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data32.direction !== undefined){
const _errs85 = errors;
if(!(validate81(data32.direction, {instancePath:instancePath+"/action/params/direction"}))){
vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors);
errors = vErrors.length;
}
var valid24 = _errs85 === errors;
}
else {
var valid24 = true;
}
if(valid24){
for(const key11 in data32){
if(!(((key11 === "rate") || (key11 === "per")) || (key11 === "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key11}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid23 = _errs79 === errors;
}
else {
var valid23 = true;
}
if(valid23){
for(const key12 in data6){
if(!((key12 === "kind") || (key12 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key12}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "slowClose"){
const _errs88 = errors;
if(errors === _errs88){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing14;
if(((data6.kind === undefined) && (missing14 = "kind")) || ((data6.params === undefined) && (missing14 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing14}}];
return false;
}
else {
if(data6.kind !== undefined){
let data36 = data6.kind;
const _errs90 = errors;
if(typeof data36 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("slowClose" !== data36){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "slowClose"}}];
return false;
}
var valid26 = _errs90 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data6.params !== undefined){
let data37 = data6.params;
const _errs92 = errors;
if(errors === _errs92){
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
let missing15;
if((data37.delay === undefined) && (missing15 = "delay")){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing15}}];
return false;
}
else {
if(data37.delay !== undefined){
const _errs94 = errors;
if(!(validate35(data37.delay, {instancePath:instancePath+"/action/params/delay"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid27 = _errs94 === errors;
}
else {
var valid27 = true;
}
if(valid27){
for(const key13 in data37){
if(!(key13 === "delay")){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key13}}];
return false;
break;
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid26 = _errs92 === errors;
}
else {
var valid26 = true;
}
if(valid26){
for(const key14 in data6){
if(!((key14 === "kind") || (key14 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key14}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "limitBytes"){
const _errs97 = errors;
if(errors === _errs97){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing16;
if(((data6.kind === undefined) && (missing16 = "kind")) || ((data6.params === undefined) && (missing16 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing16}}];
return false;
}
else {
if(data6.kind !== undefined){
let data39 = data6.kind;
const _errs99 = errors;
if(typeof data39 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("limitBytes" !== data39){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "limitBytes"}}];
return false;
}
var valid29 = _errs99 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data6.params !== undefined){
let data40 = data6.params;
const _errs101 = errors;
if(errors === _errs101){
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
let missing17;
if(((data40.bytes === undefined) && (missing17 = "bytes")) || ((data40.direction === undefined) && (missing17 = "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing17}}];
return false;
}
else {
if(data40.bytes !== undefined){
const _errs103 = errors;
if(!(validate24(data40.bytes, {instancePath:instancePath+"/action/params/bytes"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid30 = _errs103 === errors;
}
else {
var valid30 = true;
}
if(valid30){
if(data40.direction !== undefined){
let data42 = data40.direction;
const _errs104 = errors;
if(typeof data42 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/params/direction",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data42 === "request") || (data42 === "response"))){
validate54.errors = [{instancePath:instancePath+"/action/params/direction",keyword:"enum",params:{allowedValues: ["request","response"]}}];
return false;
}
var valid30 = _errs104 === errors;
}
else {
var valid30 = true;
}
if(valid30){
for(const key15 in data40){
if(!((key15 === "bytes") || (key15 === "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key15}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid29 = _errs101 === errors;
}
else {
var valid29 = true;
}
if(valid29){
for(const key16 in data6){
if(!((key16 === "kind") || (key16 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key16}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "slice"){
const _errs108 = errors;
if(errors === _errs108){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing18;
if(((data6.kind === undefined) && (missing18 = "kind")) || ((data6.params === undefined) && (missing18 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing18}}];
return false;
}
else {
if(data6.kind !== undefined){
let data43 = data6.kind;
const _errs110 = errors;
if(typeof data43 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("slice" !== data43){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "slice"}}];
return false;
}
var valid32 = _errs110 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data6.params !== undefined){
let data44 = data6.params;
const _errs112 = errors;
if(errors === _errs112){
if(data44 && typeof data44 == "object" && !Array.isArray(data44)){
let missing19;
if(((((data44.size === undefined) && (missing19 = "size")) || ((data44.variation === undefined) && (missing19 = "variation"))) || ((data44.pause === undefined) && (missing19 = "pause"))) || ((data44.direction === undefined) && (missing19 = "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing19}}];
return false;
}
else {
if(data44.size !== undefined){
const _errs114 = errors;
if(!(validate92(data44.size, {instancePath:instancePath+"/action/params/size"}))){
vErrors = vErrors === null ? validate92.errors : vErrors.concat(validate92.errors);
errors = vErrors.length;
}
var valid33 = _errs114 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data44.variation !== undefined){
const _errs115 = errors;
if(!(validate24(data44.variation, {instancePath:instancePath+"/action/params/variation"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid33 = _errs115 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data44.pause !== undefined){
const _errs116 = errors;
if(!(validate35(data44.pause, {instancePath:instancePath+"/action/params/pause"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid33 = _errs116 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data44.direction !== undefined){
const _errs117 = errors;
if(!(validate81(data44.direction, {instancePath:instancePath+"/action/params/direction"}))){
vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors);
errors = vErrors.length;
}
var valid33 = _errs117 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(!conditions.variationBelowSize.holds(data44)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "variationBelowSize"}}];
return false;
}
else {
for(const key17 in data44){
if(!((((key17 === "size") || (key17 === "variation")) || (key17 === "pause")) || (key17 === "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key17}}];
return false;
break;
}
}
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid32 = _errs112 === errors;
}
else {
var valid32 = true;
}
if(valid32){
for(const key18 in data6){
if(!((key18 === "kind") || (key18 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key18}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "corrupt"){
const _errs120 = errors;
if(errors === _errs120){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing20;
if(((data6.kind === undefined) && (missing20 = "kind")) || ((data6.params === undefined) && (missing20 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing20}}];
return false;
}
else {
if(data6.kind !== undefined){
let data49 = data6.kind;
const _errs122 = errors;
if(typeof data49 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("corrupt" !== data49){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "corrupt"}}];
return false;
}
var valid35 = _errs122 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data6.params !== undefined){
let data50 = data6.params;
const _errs124 = errors;
if(errors === _errs124){
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
let missing21;
if(((data50.bytes === undefined) && (missing21 = "bytes")) || ((data50.direction === undefined) && (missing21 = "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing21}}];
return false;
}
else {
if(data50.bytes !== undefined){
const _errs126 = errors;
if(!(validate66(data50.bytes, {instancePath:instancePath+"/action/params/bytes"}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid36 = _errs126 === errors;
}
else {
var valid36 = true;
}
if(valid36){
if(data50.direction !== undefined){
const _errs127 = errors;
if(!(validate81(data50.direction, {instancePath:instancePath+"/action/params/direction"}))){
vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors);
errors = vErrors.length;
}
var valid36 = _errs127 === errors;
}
else {
var valid36 = true;
}
if(valid36){
for(const key19 in data50){
if(!((key19 === "bytes") || (key19 === "direction"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key19}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid35 = _errs124 === errors;
}
else {
var valid35 = true;
}
if(valid35){
for(const key20 in data6){
if(!((key20 === "kind") || (key20 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key20}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "rewrite"){
const _errs130 = errors;
if(errors === _errs130){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing22;
if(((data6.kind === undefined) && (missing22 = "kind")) || ((data6.params === undefined) && (missing22 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing22}}];
return false;
}
else {
if(data6.kind !== undefined){
let data53 = data6.kind;
const _errs132 = errors;
if(typeof data53 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("rewrite" !== data53){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "rewrite"}}];
return false;
}
var valid38 = _errs132 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data6.params !== undefined){
let data54 = data6.params;
const _errs134 = errors;
if(errors === _errs134){
if(data54 && typeof data54 == "object" && !Array.isArray(data54)){
if(data54.request !== undefined){
const _errs136 = errors;
if(!(validate99(data54.request, {instancePath:instancePath+"/action/params/request"}))){
vErrors = vErrors === null ? validate99.errors : vErrors.concat(validate99.errors);
errors = vErrors.length;
}
var valid39 = _errs136 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data54.response !== undefined){
const _errs137 = errors;
if(!(validate109(data54.response, {instancePath:instancePath+"/action/params/response"}))){
vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
errors = vErrors.length;
}
var valid39 = _errs137 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(!conditions.namedSide.holds(data54)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "namedSide"}}];
return false;
}
else {
for(const key21 in data54){
if(!((key21 === "request") || (key21 === "response"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key21}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid38 = _errs134 === errors;
}
else {
var valid38 = true;
}
if(valid38){
for(const key22 in data6){
if(!((key22 === "kind") || (key22 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key22}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "throttle"){
const _errs140 = errors;
if(errors === _errs140){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing23;
if(((data6.kind === undefined) && (missing23 = "kind")) || ((data6.params === undefined) && (missing23 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing23}}];
return false;
}
else {
if(data6.kind !== undefined){
let data57 = data6.kind;
const _errs142 = errors;
if(typeof data57 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("throttle" !== data57){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "throttle"}}];
return false;
}
var valid41 = _errs142 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data6.params !== undefined){
let data58 = data6.params;
const _errs144 = errors;
if(errors === _errs144){
if(data58 && typeof data58 == "object" && !Array.isArray(data58)){
let missing24;
if((((data58.rate === undefined) && (missing24 = "rate")) || ((data58.status === undefined) && (missing24 = "status"))) || ((data58.retryAfter === undefined) && (missing24 = "retryAfter"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing24}}];
return false;
}
else {
if(data58.rate !== undefined){
let data59 = data58.rate;
const _errs146 = errors;
if(errors === _errs146){
if((typeof data59 == "number") && (isFinite(data59))){
if(data59 <= 0 || isNaN(data59)){
validate54.errors = [{instancePath:instancePath+"/action/params/rate",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0}}];
return false;
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params/rate",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid42 = _errs146 === errors;
}
else {
var valid42 = true;
}
if(valid42){
if(data58.burst !== undefined){
let data60 = data58.burst;
const _errs148 = errors;
if(!(((typeof data60 == "number") && (!(data60 % 1) && !isNaN(data60))) && (isFinite(data60)))){
validate54.errors = [{instancePath:instancePath+"/action/params/burst",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs148){
if((typeof data60 == "number") && (isFinite(data60))){
if(data60 > 9007199254740991 || isNaN(data60)){
validate54.errors = [{instancePath:instancePath+"/action/params/burst",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data60 < 1 || isNaN(data60)){
validate54.errors = [{instancePath:instancePath+"/action/params/burst",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid42 = _errs148 === errors;
}
else {
var valid42 = true;
}
if(valid42){
if(data58.status !== undefined){
let data61 = data58.status;
const _errs150 = errors;
if(!(((typeof data61 == "number") && (!(data61 % 1) && !isNaN(data61))) && (isFinite(data61)))){
validate54.errors = [{instancePath:instancePath+"/action/params/status",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs150){
if((typeof data61 == "number") && (isFinite(data61))){
if(data61 > 599 || isNaN(data61)){
validate54.errors = [{instancePath:instancePath+"/action/params/status",keyword:"maximum",params:{comparison: "<=", limit: 599}}];
return false;
}
else {
if(data61 < 400 || isNaN(data61)){
validate54.errors = [{instancePath:instancePath+"/action/params/status",keyword:"minimum",params:{comparison: ">=", limit: 400}}];
return false;
}
}
}
}
var valid42 = _errs150 === errors;
}
else {
var valid42 = true;
}
if(valid42){
if(data58.retryAfter !== undefined){
const _errs152 = errors;
if(!(validate35(data58.retryAfter, {instancePath:instancePath+"/action/params/retryAfter"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid42 = _errs152 === errors;
}
else {
var valid42 = true;
}
if(valid42){
for(const key23 in data58){
if(!((((key23 === "rate") || (key23 === "burst")) || (key23 === "status")) || (key23 === "retryAfter"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key23}}];
return false;
break;
}
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid41 = _errs144 === errors;
}
else {
var valid41 = true;
}
if(valid41){
for(const key24 in data6){
if(!((key24 === "kind") || (key24 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key24}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "kill"){
const _errs155 = errors;
if(errors === _errs155){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing25;
if(((data6.kind === undefined) && (missing25 = "kind")) || ((data6.params === undefined) && (missing25 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing25}}];
return false;
}
else {
if(data6.kind !== undefined){
let data63 = data6.kind;
const _errs157 = errors;
if(typeof data63 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("kill" !== data63){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "kill"}}];
return false;
}
var valid44 = _errs157 === errors;
}
else {
var valid44 = true;
}
if(valid44){
if(data6.params !== undefined){
let data64 = data6.params;
const _errs159 = errors;
if(errors === _errs159){
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
let missing26;
if((((data64.signal === undefined) && (missing26 = "signal")) || ((data64.restart === undefined) && (missing26 = "restart"))) || ((data64.within === undefined) && (missing26 = "within"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing26}}];
return false;
}
else {
if(data64.signal !== undefined){
const _errs161 = errors;
if(!(validate115(data64.signal, {instancePath:instancePath+"/action/params/signal"}))){
vErrors = vErrors === null ? validate115.errors : vErrors.concat(validate115.errors);
errors = vErrors.length;
}
var valid45 = _errs161 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(data64.restart !== undefined){
const _errs162 = errors;
if(!(validate35(data64.restart, {instancePath:instancePath+"/action/params/restart"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid45 = _errs162 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(data64.every !== undefined){
const _errs163 = errors;
if(!(validate118(data64.every, {instancePath:instancePath+"/action/params/every"}))){
vErrors = vErrors === null ? validate118.errors : vErrors.concat(validate118.errors);
errors = vErrors.length;
}
var valid45 = _errs163 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(data64.within !== undefined){
const _errs164 = errors;
if(!(validate35(data64.within, {instancePath:instancePath+"/action/params/within"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid45 = _errs164 === errors;
}
else {
var valid45 = true;
}
if(valid45){
if(!conditions.restartInTime.holds(data64)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"condition",params:{condition: "restartInTime"}}];
return false;
}
else {
for(const key25 in data64){
if(!((((key25 === "signal") || (key25 === "restart")) || (key25 === "every")) || (key25 === "within"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key25}}];
return false;
break;
}
}
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid44 = _errs159 === errors;
}
else {
var valid44 = true;
}
if(valid44){
for(const key26 in data6){
if(!((key26 === "kind") || (key26 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key26}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "restart"){
const _errs167 = errors;
if(errors === _errs167){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing27;
if(((data6.kind === undefined) && (missing27 = "kind")) || ((data6.params === undefined) && (missing27 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing27}}];
return false;
}
else {
if(data6.kind !== undefined){
let data69 = data6.kind;
const _errs169 = errors;
if(typeof data69 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("restart" !== data69){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "restart"}}];
return false;
}
var valid47 = _errs169 === errors;
}
else {
var valid47 = true;
}
if(valid47){
if(data6.params !== undefined){
let data70 = data6.params;
const _errs171 = errors;
if(errors === _errs171){
if(data70 && typeof data70 == "object" && !Array.isArray(data70)){
let missing28;
if(((data70.grace === undefined) && (missing28 = "grace")) || ((data70.within === undefined) && (missing28 = "within"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"required",params:{missingProperty: missing28}}];
return false;
}
else {
if(data70.grace !== undefined){
let data71 = data70.grace;
const _errs173 = errors;
if(errors === _errs173){
if((typeof data71 == "number") && (isFinite(data71))){
if(data71 > 60000 || isNaN(data71)){
validate54.errors = [{instancePath:instancePath+"/action/params/grace",keyword:"maximum",params:{comparison: "<=", limit: 60000}}];
return false;
}
else {
if(data71 < 0 || isNaN(data71)){
validate54.errors = [{instancePath:instancePath+"/action/params/grace",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params/grace",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid48 = _errs173 === errors;
}
else {
var valid48 = true;
}
if(valid48){
if(data70.within !== undefined){
const _errs175 = errors;
if(!(validate35(data70.within, {instancePath:instancePath+"/action/params/within"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid48 = _errs175 === errors;
}
else {
var valid48 = true;
}
if(valid48){
for(const key27 in data70){
if(!((key27 === "grace") || (key27 === "within"))){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key27}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid47 = _errs171 === errors;
}
else {
var valid47 = true;
}
if(valid47){
for(const key28 in data6){
if(!((key28 === "kind") || (key28 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key28}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "pause"){
const _errs178 = errors;
if(errors === _errs178){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing29;
if(((data6.kind === undefined) && (missing29 = "kind")) || ((data6.params === undefined) && (missing29 = "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"required",params:{missingProperty: missing29}}];
return false;
}
else {
if(data6.kind !== undefined){
let data73 = data6.kind;
const _errs180 = errors;
if(typeof data73 !== "string"){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"type",params:{type: "string"}}];
return false;
}
if("pause" !== data73){
validate54.errors = [{instancePath:instancePath+"/action/kind",keyword:"const",params:{allowedValue: "pause"}}];
return false;
}
var valid50 = _errs180 === errors;
}
else {
var valid50 = true;
}
if(valid50){
if(data6.params !== undefined){
let data74 = data6.params;
const _errs182 = errors;
if(errors === _errs182){
if(data74 && typeof data74 == "object" && !Array.isArray(data74)){
for(const key29 in data74){
if(!(false)){
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"onlyKeys",params:{additionalProperty: key29}}];
return false;
break;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action/params",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid50 = _errs182 === errors;
}
else {
var valid50 = true;
}
if(valid50){
for(const key30 in data6){
if(!((key30 === "kind") || (key30 === "params"))){
validate54.errors = [{instancePath:instancePath+"/action",keyword:"onlyKeys",params:{additionalProperty: key30}}];
return false;
break;
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0}}];
return false;
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0}}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/action",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid3 = _errs16 === errors;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.match !== undefined){
let data75 = data.match;
const _errs186 = errors;
const _errs187 = errors;
let valid51 = false;
const _errs188 = errors;
if(!(validate122(data75, {instancePath:instancePath+"/match"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var _valid2 = _errs188 === errors;
valid51 = valid51 || _valid2;
if(!valid51){
const _errs189 = errors;
if(data75 !== null){
const err15 = {instancePath:instancePath+"/match",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
var _valid2 = _errs189 === errors;
valid51 = valid51 || _valid2;
}
if(!valid51){
const err16 = {instancePath:instancePath+"/match",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
validate54.errors = vErrors;
return false;
}
else {
errors = _errs187;
if(vErrors !== null){
if(_errs187){
vErrors.length = _errs187;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs186 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.share !== undefined){
let data76 = data.share;
const _errs191 = errors;
if(errors === _errs191){
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
let missing30;
if((((data76.steps === undefined) && (missing30 = "steps")) || ((data76.eachMs === undefined) && (missing30 = "eachMs"))) || ((data76.by === undefined) && (missing30 = "by"))){
validate54.errors = [{instancePath:instancePath+"/share",keyword:"required",params:{missingProperty: missing30}}];
return false;
}
else {
if(data76.steps !== undefined){
let data77 = data76.steps;
const _errs193 = errors;
if(errors === _errs193){
if(Array.isArray(data77)){
if(data77.length > 10000){
validate54.errors = [{instancePath:instancePath+"/share/steps",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
if(data77.length < 1){
validate54.errors = [{instancePath:instancePath+"/share/steps",keyword:"minItems",params:{limit: 1}}];
return false;
}
else {
var valid53 = true;
const len1 = data77.length;
for(let i1=0; i1<len1; i1++){
const _errs195 = errors;
if(!(validate66(data77[i1], {instancePath:instancePath+"/share/steps/" + i1}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
errors = vErrors.length;
}
var valid53 = _errs195 === errors;
if(!valid53){
break;
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/share/steps",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid52 = _errs193 === errors;
}
else {
var valid52 = true;
}
if(valid52){
if(data76.eachMs !== undefined){
const _errs196 = errors;
if(!(validate35(data76.eachMs, {instancePath:instancePath+"/share/eachMs"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid52 = _errs196 === errors;
}
else {
var valid52 = true;
}
if(valid52){
if(data76.by !== undefined){
let data80 = data76.by;
const _errs197 = errors;
const _errs198 = errors;
let valid54 = false;
const _errs199 = errors;
if(typeof data80 !== "string"){
const err17 = {instancePath:instancePath+"/share/by",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(!(((data80 === "request") || (data80 === "connection")) || (data80 === "trace"))){
const err18 = {instancePath:instancePath+"/share/by",keyword:"enum",params:{allowedValues: ["request","connection","trace"]}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
var _valid3 = _errs199 === errors;
valid54 = valid54 || _valid3;
if(!valid54){
const _errs201 = errors;
if(errors === _errs201){
if(typeof data80 === "string"){
if(data80.length > 263){
const err19 = {instancePath:instancePath+"/share/by",keyword:"maxLength",params:{limit: 263}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
else {
if(!pattern0.test(data80)){
const err20 = {instancePath:instancePath+"/share/by",keyword:"pattern",params:{pattern: "^header:[\\s\\S]"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/share/by",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
var _valid3 = _errs201 === errors;
valid54 = valid54 || _valid3;
}
if(!valid54){
const err22 = {instancePath:instancePath+"/share/by",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
validate54.errors = vErrors;
return false;
}
else {
errors = _errs198;
if(vErrors !== null){
if(_errs198){
vErrors.length = _errs198;
}
else {
vErrors = null;
}
}
}
var valid52 = _errs197 === errors;
}
else {
var valid52 = true;
}
if(valid52){
for(const key31 in data76){
if(!(((key31 === "steps") || (key31 === "eachMs")) || (key31 === "by"))){
validate54.errors = [{instancePath:instancePath+"/share",keyword:"onlyKeys",params:{additionalProperty: key31}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/share",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs191 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pulse !== undefined){
let data81 = data.pulse;
const _errs204 = errors;
const _errs205 = errors;
let valid55 = false;
const _errs206 = errors;
if(errors === _errs206){
if(data81 && typeof data81 == "object" && !Array.isArray(data81)){
let missing31;
if(((data81.liveMs === undefined) && (missing31 = "liveMs")) || ((data81.restMs === undefined) && (missing31 = "restMs"))){
const err23 = {instancePath:instancePath+"/pulse",keyword:"required",params:{missingProperty: missing31}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
else {
if(data81.liveMs !== undefined){
let data82 = data81.liveMs;
const _errs208 = errors;
if(!(validate35(data82, {instancePath:instancePath+"/pulse/liveMs"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
if(errors === _errs208){
if((typeof data82 == "number") && (isFinite(data82))){
if(data82 < 1 || isNaN(data82)){
const err24 = {instancePath:instancePath+"/pulse/liveMs",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
var valid56 = _errs208 === errors;
}
else {
var valid56 = true;
}
if(valid56){
if(data81.restMs !== undefined){
const _errs210 = errors;
if(!(validate35(data81.restMs, {instancePath:instancePath+"/pulse/restMs"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid56 = _errs210 === errors;
}
else {
var valid56 = true;
}
if(valid56){
for(const key32 in data81){
if(!((key32 === "liveMs") || (key32 === "restMs"))){
const err25 = {instancePath:instancePath+"/pulse",keyword:"onlyKeys",params:{additionalProperty: key32}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
break;
}
}
}
}
}
}
else {
const err26 = {instancePath:instancePath+"/pulse",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
var _valid4 = _errs206 === errors;
valid55 = valid55 || _valid4;
if(!valid55){
const _errs212 = errors;
if(data81 !== null){
const err27 = {instancePath:instancePath+"/pulse",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
var _valid4 = _errs212 === errors;
valid55 = valid55 || _valid4;
}
if(!valid55){
const err28 = {instancePath:instancePath+"/pulse",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
validate54.errors = vErrors;
return false;
}
else {
errors = _errs205;
if(vErrors !== null){
if(_errs205){
vErrors.length = _errs205;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs204 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seed !== undefined){
let data84 = data.seed;
const _errs214 = errors;
if(!((typeof data84 == "number") && (isFinite(data84)))){
validate54.errors = [{instancePath:instancePath+"/seed",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs214 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.stealth !== undefined){
const _errs216 = errors;
if(typeof data.stealth !== "boolean"){
validate54.errors = [{instancePath:instancePath+"/stealth",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs216 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.shadow !== undefined){
const _errs218 = errors;
if(typeof data.shadow !== "boolean"){
validate54.errors = [{instancePath:instancePath+"/shadow",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs218 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.notAfterMs !== undefined){
let data87 = data.notAfterMs;
const _errs220 = errors;
if(errors === _errs220){
if((typeof data87 == "number") && (isFinite(data87))){
if(data87 > 7200000 || isNaN(data87)){
validate54.errors = [{instancePath:instancePath+"/notAfterMs",keyword:"maximum",params:{comparison: "<=", limit: 7200000}}];
return false;
}
else {
if(data87 < 0 || isNaN(data87)){
validate54.errors = [{instancePath:instancePath+"/notAfterMs",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
else {
validate54.errors = [{instancePath:instancePath+"/notAfterMs",keyword:"type",params:{type: "number"}}];
return false;
}
}
var valid0 = _errs220 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.existing !== undefined){
let data88 = data.existing;
const _errs222 = errors;
if(typeof data88 !== "string"){
validate54.errors = [{instancePath:instancePath+"/existing",keyword:"type",params:{type: "string"}}];
return false;
}
if("reset" !== data88){
validate54.errors = [{instancePath:instancePath+"/existing",keyword:"const",params:{allowedValue: "reset"}}];
return false;
}
var valid0 = _errs222 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key33 in data){
if(!((((((((((((((key33 === "id") || (key33 === "run")) || (key33 === "name")) || (key33 === "edge")) || (key33 === "endpoints")) || (key33 === "action")) || (key33 === "match")) || (key33 === "share")) || (key33 === "pulse")) || (key33 === "seed")) || (key33 === "stealth")) || (key33 === "shadow")) || (key33 === "notAfterMs")) || (key33 === "existing"))){
validate54.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key33}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate54.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}

const schema41 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema0"},"edge":{"$ref":"#/definitions/__schema0"},"match":{"anyOf":[{"$ref":"#/definitions/__schema25"},{"type":"null"}]},"of":{"type":"string","enum":["all","treated","untreated"]},"good":{"type":"object","properties":{"status":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema35"}},"withinMs":{"allOf":[{"$ref":"#/definitions/__schema5"}]},"headers":{"allOf":[{"$ref":"#/definitions/__schema31"}]},"connectMs":{"allOf":[{"$ref":"#/definitions/__schema5"}]},"end":{"type":"string","const":"clean"}},"onlyKeys":["status","withinMs","headers","connectMs","end"]},"capture":{"type":"boolean","const":true},"cancelled":{"type":"string","enum":["bad","ignore","judge"]}},"required":["id","edge","match","of","good"],"onlyKeys":["id","edge","match","of","good","capture","cancelled"]};
const schema42 = {"type":"object","properties":{"least":{"$ref":"#/definitions/__schema36"},"most":{"$ref":"#/definitions/__schema36"}},"required":["least","most"],"onlyKeys":["least","most"]};
const schema43 = {"type":"integer","minimum":0,"maximum":999};

function validate163(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate163.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 999 || isNaN(data)){
validate163.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 999}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate163.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
validate163.errors = vErrors;
return errors === 0;
}


function validate162(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.least === undefined) && (missing0 = "least")) || ((data.most === undefined) && (missing0 = "most"))){
validate162.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.least !== undefined){
const _errs1 = errors;
if(!(validate163(data.least, {instancePath:instancePath+"/least"}))){
vErrors = vErrors === null ? validate163.errors : vErrors.concat(validate163.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.most !== undefined){
const _errs2 = errors;
if(!(validate163(data.most, {instancePath:instancePath+"/most"}))){
vErrors = vErrors === null ? validate163.errors : vErrors.concat(validate163.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "least") || (key0 === "most"))){
validate162.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate162.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate162.errors = vErrors;
return errors === 0;
}


function validate158(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.id === undefined) && (missing0 = "id")) || ((data.edge === undefined) && (missing0 = "edge"))) || ((data.match === undefined) && (missing0 = "match"))) || ((data.of === undefined) && (missing0 = "of"))) || ((data.good === undefined) && (missing0 = "good"))){
validate158.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate22(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.edge !== undefined){
const _errs2 = errors;
if(!(validate22(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.match !== undefined){
let data2 = data.match;
const _errs3 = errors;
const _errs4 = errors;
let valid1 = false;
const _errs5 = errors;
if(!(validate122(data2, {instancePath:instancePath+"/match"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs6 = errors;
if(data2 !== null){
const err0 = {instancePath:instancePath+"/match",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err1 = {instancePath:instancePath+"/match",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate158.errors = vErrors;
return false;
}
else {
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.of !== undefined){
let data3 = data.of;
const _errs8 = errors;
if(typeof data3 !== "string"){
validate158.errors = [{instancePath:instancePath+"/of",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data3 === "all") || (data3 === "treated")) || (data3 === "untreated"))){
validate158.errors = [{instancePath:instancePath+"/of",keyword:"enum",params:{allowedValues: ["all","treated","untreated"]}}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.good !== undefined){
let data4 = data.good;
const _errs10 = errors;
if(errors === _errs10){
if(data4 && typeof data4 == "object" && !Array.isArray(data4)){
if(data4.status !== undefined){
let data5 = data4.status;
const _errs12 = errors;
if(errors === _errs12){
if(Array.isArray(data5)){
if(data5.length > 10000){
validate158.errors = [{instancePath:instancePath+"/good/status",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid3 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs14 = errors;
if(!(validate162(data5[i0], {instancePath:instancePath+"/good/status/" + i0}))){
vErrors = vErrors === null ? validate162.errors : vErrors.concat(validate162.errors);
errors = vErrors.length;
}
var valid3 = _errs14 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate158.errors = [{instancePath:instancePath+"/good/status",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid2 = _errs12 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.withinMs !== undefined){
const _errs15 = errors;
if(!(validate35(data4.withinMs, {instancePath:instancePath+"/good/withinMs"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid2 = _errs15 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.headers !== undefined){
const _errs17 = errors;
if(!(validate135(data4.headers, {instancePath:instancePath+"/good/headers"}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.connectMs !== undefined){
const _errs19 = errors;
if(!(validate35(data4.connectMs, {instancePath:instancePath+"/good/connectMs"}))){
vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
errors = vErrors.length;
}
var valid2 = _errs19 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data4.end !== undefined){
let data10 = data4.end;
const _errs21 = errors;
if(typeof data10 !== "string"){
validate158.errors = [{instancePath:instancePath+"/good/end",keyword:"type",params:{type: "string"}}];
return false;
}
if("clean" !== data10){
validate158.errors = [{instancePath:instancePath+"/good/end",keyword:"const",params:{allowedValue: "clean"}}];
return false;
}
var valid2 = _errs21 === errors;
}
else {
var valid2 = true;
}
if(valid2){
for(const key0 in data4){
if(!(((((key0 === "status") || (key0 === "withinMs")) || (key0 === "headers")) || (key0 === "connectMs")) || (key0 === "end"))){
validate158.errors = [{instancePath:instancePath+"/good",keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
}
else {
validate158.errors = [{instancePath:instancePath+"/good",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.capture !== undefined){
let data11 = data.capture;
const _errs24 = errors;
if(typeof data11 !== "boolean"){
validate158.errors = [{instancePath:instancePath+"/capture",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data11){
validate158.errors = [{instancePath:instancePath+"/capture",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cancelled !== undefined){
let data12 = data.cancelled;
const _errs26 = errors;
if(typeof data12 !== "string"){
validate158.errors = [{instancePath:instancePath+"/cancelled",keyword:"type",params:{type: "string"}}];
return false;
}
if(!(((data12 === "bad") || (data12 === "ignore")) || (data12 === "judge"))){
validate158.errors = [{instancePath:instancePath+"/cancelled",keyword:"enum",params:{allowedValues: ["bad","ignore","judge"]}}];
return false;
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key1 in data){
if(!(((((((key1 === "id") || (key1 === "edge")) || (key1 === "match")) || (key1 === "of")) || (key1 === "good")) || (key1 === "capture")) || (key1 === "cancelled"))){
validate158.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key1}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
}
else {
validate158.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate158.errors = vErrors;
return errors === 0;
}

const schema44 = {"type":"object","properties":{"run":{"$ref":"#/definitions/__schema0"},"key":{"type":"string","minLength":32,"maxLength":32},"tag":{"type":"integer","minimum":0,"maximum":65535},"faults":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema38"}}},"required":["run","key","tag","faults"],"onlyKeys":["run","key","tag","faults"]};
const schema45 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema0"},"edge":{"$ref":"#/definitions/__schema0"},"match":{"anyOf":[{"$ref":"#/definitions/__schema25"},{"type":"null"}]},"endpoints":{"anyOf":[{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema0"}},{"type":"null"}]}},"required":["id","edge","match","endpoints"],"onlyKeys":["id","edge","match","endpoints"]};

function validate175(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.id === undefined) && (missing0 = "id")) || ((data.edge === undefined) && (missing0 = "edge"))) || ((data.match === undefined) && (missing0 = "match"))) || ((data.endpoints === undefined) && (missing0 = "endpoints"))){
validate175.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate22(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.edge !== undefined){
const _errs2 = errors;
if(!(validate22(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.match !== undefined){
let data2 = data.match;
const _errs3 = errors;
const _errs4 = errors;
let valid1 = false;
const _errs5 = errors;
if(!(validate122(data2, {instancePath:instancePath+"/match"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
valid1 = valid1 || _valid0;
if(!valid1){
const _errs6 = errors;
if(data2 !== null){
const err0 = {instancePath:instancePath+"/match",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
var _valid0 = _errs6 === errors;
valid1 = valid1 || _valid0;
}
if(!valid1){
const err1 = {instancePath:instancePath+"/match",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate175.errors = vErrors;
return false;
}
else {
errors = _errs4;
if(vErrors !== null){
if(_errs4){
vErrors.length = _errs4;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.endpoints !== undefined){
let data3 = data.endpoints;
const _errs8 = errors;
const _errs9 = errors;
let valid2 = false;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data3)){
if(data3.length > 10000){
const err2 = {instancePath:instancePath+"/endpoints",keyword:"maxItems",params:{limit: 10000}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
else {
var valid3 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs12 = errors;
if(!(validate22(data3[i0], {instancePath:instancePath+"/endpoints/" + i0}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid3 = _errs12 === errors;
if(!valid3){
break;
}
}
}
}
else {
const err3 = {instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
var _valid1 = _errs10 === errors;
valid2 = valid2 || _valid1;
if(!valid2){
const _errs13 = errors;
if(data3 !== null){
const err4 = {instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
var _valid1 = _errs13 === errors;
valid2 = valid2 || _valid1;
}
if(!valid2){
const err5 = {instancePath:instancePath+"/endpoints",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
validate175.errors = vErrors;
return false;
}
else {
errors = _errs9;
if(vErrors !== null){
if(_errs9){
vErrors.length = _errs9;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((key0 === "id") || (key0 === "edge")) || (key0 === "match")) || (key0 === "endpoints"))){
validate175.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
}
else {
validate175.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate175.errors = vErrors;
return errors === 0;
}


function validate173(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.run === undefined) && (missing0 = "run")) || ((data.key === undefined) && (missing0 = "key"))) || ((data.tag === undefined) && (missing0 = "tag"))) || ((data.faults === undefined) && (missing0 = "faults"))){
validate173.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.run !== undefined){
const _errs1 = errors;
if(!(validate22(data.run, {instancePath:instancePath+"/run"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.key !== undefined){
let data1 = data.key;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data1 === "string"){
if(data1.length > 32){
validate173.errors = [{instancePath:instancePath+"/key",keyword:"maxLength",params:{limit: 32}}];
return false;
}
else {
if(data1.length < 32){
validate173.errors = [{instancePath:instancePath+"/key",keyword:"minLength",params:{limit: 32}}];
return false;
}
}
}
else {
validate173.errors = [{instancePath:instancePath+"/key",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tag !== undefined){
let data2 = data.tag;
const _errs4 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate173.errors = [{instancePath:instancePath+"/tag",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs4){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 > 65535 || isNaN(data2)){
validate173.errors = [{instancePath:instancePath+"/tag",keyword:"maximum",params:{comparison: "<=", limit: 65535}}];
return false;
}
else {
if(data2 < 0 || isNaN(data2)){
validate173.errors = [{instancePath:instancePath+"/tag",keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.faults !== undefined){
let data3 = data.faults;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data3)){
if(data3.length > 10000){
validate173.errors = [{instancePath:instancePath+"/faults",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid1 = true;
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
const _errs8 = errors;
if(!(validate175(data3[i0], {instancePath:instancePath+"/faults/" + i0}))){
vErrors = vErrors === null ? validate175.errors : vErrors.concat(validate175.errors);
errors = vErrors.length;
}
var valid1 = _errs8 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate173.errors = [{instancePath:instancePath+"/faults",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((key0 === "run") || (key0 === "key")) || (key0 === "tag")) || (key0 === "faults"))){
validate173.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
}
}
else {
validate173.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate173.errors = vErrors;
return errors === 0;
}


function validate191(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
if(errors === _errs0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.type === undefined) && (missing0 = "type")){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
if(!((((((data0 === "welcome") || (data0 === "edges")) || (data0 === "apply")) || (data0 === "renew")) || (data0 === "noted")) || (data0 === "drop"))){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"enum",params:{allowedValues: ["welcome","edges","apply","renew","noted","drop"]}}];
return false;
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs0 === errors;
if(valid0){
const _errs3 = errors;
if(errors === _errs3){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing1;
if((data.type === undefined) && (missing1 = "type")){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const tag0 = data.type;
if(typeof tag0 == "string"){
if(tag0 === "welcome"){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if((((((data.type === undefined) && (missing2 = "type")) || ((data.session === undefined) && (missing2 = "session"))) || ((data.epoch === undefined) && (missing2 = "epoch"))) || ((data.leaseMs === undefined) && (missing2 = "leaseMs"))) || ((data.edges === undefined) && (missing2 = "edges"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data.type !== undefined){
let data1 = data.type;
const _errs8 = errors;
if(typeof data1 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("welcome" !== data1){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "welcome"}}];
return false;
}
var valid4 = _errs8 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.session !== undefined){
const _errs10 = errors;
if(!(validate22(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid4 = _errs10 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.epoch !== undefined){
const _errs11 = errors;
if(!(validate24(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid4 = _errs11 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.leaseMs !== undefined){
const _errs12 = errors;
if(!(validate26(data.leaseMs, {instancePath:instancePath+"/leaseMs"}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid4 = _errs12 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.edges !== undefined){
let data5 = data.edges;
const _errs13 = errors;
const _errs14 = errors;
let valid5 = false;
const _errs15 = errors;
if(errors === _errs15){
if(Array.isArray(data5)){
if(data5.length > 10000){
const err0 = {instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 10000}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
var valid6 = true;
const len0 = data5.length;
for(let i0=0; i0<len0; i0++){
const _errs17 = errors;
if(!(validate28(data5[i0], {instancePath:instancePath+"/edges/" + i0}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid6 = _errs17 === errors;
if(!valid6){
break;
}
}
}
}
else {
const err1 = {instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs15 === errors;
valid5 = valid5 || _valid0;
if(!valid5){
const _errs18 = errors;
if(data5 !== null){
const err2 = {instancePath:instancePath+"/edges",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs18 === errors;
valid5 = valid5 || _valid0;
}
if(!valid5){
const err3 = {instancePath:instancePath+"/edges",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate191.errors = vErrors;
return false;
}
else {
errors = _errs14;
if(vErrors !== null){
if(_errs14){
vErrors.length = _errs14;
}
else {
vErrors = null;
}
}
}
var valid4 = _errs13 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.minor !== undefined){
const _errs20 = errors;
if(!(validate24(data.minor, {instancePath:instancePath+"/minor"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid4 = _errs20 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.cluster !== undefined){
const _errs22 = errors;
if(!(validate22(data.cluster, {instancePath:instancePath+"/cluster"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid4 = _errs22 === errors;
}
else {
var valid4 = true;
}
if(valid4){
for(const key0 in data){
if(!(((((((key0 === "type") || (key0 === "session")) || (key0 === "epoch")) || (key0 === "leaseMs")) || (key0 === "edges")) || (key0 === "minor")) || (key0 === "cluster"))){
delete data[key0];
}
}
}
}
}
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "edges"){
const _errs24 = errors;
if(errors === _errs24){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing3;
if((((data.type === undefined) && (missing3 = "type")) || ((data.session === undefined) && (missing3 = "session"))) || ((data.edges === undefined) && (missing3 = "edges"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing3}}];
return false;
}
else {
if(data.type !== undefined){
let data9 = data.type;
const _errs26 = errors;
if(typeof data9 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("edges" !== data9){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "edges"}}];
return false;
}
var valid10 = _errs26 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.session !== undefined){
const _errs28 = errors;
if(!(validate22(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid10 = _errs28 === errors;
}
else {
var valid10 = true;
}
if(valid10){
if(data.edges !== undefined){
let data11 = data.edges;
const _errs29 = errors;
if(errors === _errs29){
if(Array.isArray(data11)){
if(data11.length > 10000){
validate191.errors = [{instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid11 = true;
const len1 = data11.length;
for(let i1=0; i1<len1; i1++){
const _errs31 = errors;
if(!(validate28(data11[i1], {instancePath:instancePath+"/edges/" + i1}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid11 = _errs31 === errors;
if(!valid11){
break;
}
}
}
}
else {
validate191.errors = [{instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid10 = _errs29 === errors;
}
else {
var valid10 = true;
}
if(valid10){
for(const key1 in data){
if(!(((key1 === "type") || (key1 === "session")) || (key1 === "edges"))){
validate191.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key1}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "apply"){
const _errs33 = errors;
if(errors === _errs33){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing4;
if((((((((((data.type === undefined) && (missing4 = "type")) || ((data.session === undefined) && (missing4 = "session"))) || ((data.epoch === undefined) && (missing4 = "epoch"))) || ((data.gen === undefined) && (missing4 = "gen"))) || ((data.basis === undefined) && (missing4 = "basis"))) || ((data.leaseMs === undefined) && (missing4 = "leaseMs"))) || ((data.faults === undefined) && (missing4 = "faults"))) || ((data.watches === undefined) && (missing4 = "watches"))) || ((data.allotments === undefined) && (missing4 = "allotments"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing4}}];
return false;
}
else {
if(data.type !== undefined){
let data13 = data.type;
const _errs35 = errors;
if(typeof data13 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("apply" !== data13){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "apply"}}];
return false;
}
var valid13 = _errs35 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.session !== undefined){
const _errs37 = errors;
if(!(validate22(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid13 = _errs37 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.epoch !== undefined){
const _errs38 = errors;
if(!(validate24(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid13 = _errs38 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.gen !== undefined){
const _errs39 = errors;
if(!(validate24(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid13 = _errs39 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.basis !== undefined){
const _errs40 = errors;
if(!(validate24(data.basis, {instancePath:instancePath+"/basis"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid13 = _errs40 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.leaseMs !== undefined){
const _errs41 = errors;
if(!(validate26(data.leaseMs, {instancePath:instancePath+"/leaseMs"}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid13 = _errs41 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.faults !== undefined){
let data19 = data.faults;
const _errs42 = errors;
if(errors === _errs42){
if(Array.isArray(data19)){
if(data19.length > 10000){
validate191.errors = [{instancePath:instancePath+"/faults",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid14 = true;
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
const _errs44 = errors;
if(!(validate54(data19[i2], {instancePath:instancePath+"/faults/" + i2}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid14 = _errs44 === errors;
if(!valid14){
break;
}
}
}
}
else {
validate191.errors = [{instancePath:instancePath+"/faults",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid13 = _errs42 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.watches !== undefined){
let data21 = data.watches;
const _errs45 = errors;
if(errors === _errs45){
if(Array.isArray(data21)){
if(data21.length > 10000){
validate191.errors = [{instancePath:instancePath+"/watches",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid15 = true;
const len3 = data21.length;
for(let i3=0; i3<len3; i3++){
const _errs47 = errors;
if(!(validate158(data21[i3], {instancePath:instancePath+"/watches/" + i3}))){
vErrors = vErrors === null ? validate158.errors : vErrors.concat(validate158.errors);
errors = vErrors.length;
}
var valid15 = _errs47 === errors;
if(!valid15){
break;
}
}
}
}
else {
validate191.errors = [{instancePath:instancePath+"/watches",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid13 = _errs45 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.allotments !== undefined){
let data23 = data.allotments;
const _errs48 = errors;
if(errors === _errs48){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
for(const key2 in data23){
const _errs50 = errors;
if(!(validate22(key2, {instancePath:instancePath+"/allotments"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid16 = _errs50 === errors;
if(!valid16){
const err4 = {instancePath:instancePath+"/allotments",keyword:"propertyNames",params:{propertyName: key2}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate191.errors = vErrors;
return false;
break;
}
}
if(valid16){
for(const key3 in data23){
const _errs52 = errors;
if(!(validate24(data23[key3], {instancePath:instancePath+"/allotments/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid17 = _errs52 === errors;
if(!valid17){
break;
}
}
}
}
else {
validate191.errors = [{instancePath:instancePath+"/allotments",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid13 = _errs48 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data.marks !== undefined){
let data25 = data.marks;
const _errs53 = errors;
if(errors === _errs53){
if(Array.isArray(data25)){
if(data25.length > 10000){
validate191.errors = [{instancePath:instancePath+"/marks",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid18 = true;
const len4 = data25.length;
for(let i4=0; i4<len4; i4++){
const _errs55 = errors;
if(!(validate173(data25[i4], {instancePath:instancePath+"/marks/" + i4}))){
vErrors = vErrors === null ? validate173.errors : vErrors.concat(validate173.errors);
errors = vErrors.length;
}
var valid18 = _errs55 === errors;
if(!valid18){
break;
}
}
}
}
else {
validate191.errors = [{instancePath:instancePath+"/marks",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid13 = _errs53 === errors;
}
else {
var valid13 = true;
}
if(valid13){
for(const key4 in data){
if(!((((((((((key4 === "type") || (key4 === "session")) || (key4 === "epoch")) || (key4 === "gen")) || (key4 === "basis")) || (key4 === "leaseMs")) || (key4 === "faults")) || (key4 === "watches")) || (key4 === "allotments")) || (key4 === "marks"))){
validate191.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key4}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "renew"){
const _errs57 = errors;
if(errors === _errs57){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing5;
if(((((((data.type === undefined) && (missing5 = "type")) || ((data.session === undefined) && (missing5 = "session"))) || ((data.epoch === undefined) && (missing5 = "epoch"))) || ((data.gen === undefined) && (missing5 = "gen"))) || ((data.basis === undefined) && (missing5 = "basis"))) || ((data.leaseMs === undefined) && (missing5 = "leaseMs"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing5}}];
return false;
}
else {
if(data.type !== undefined){
let data27 = data.type;
const _errs59 = errors;
if(typeof data27 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("renew" !== data27){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "renew"}}];
return false;
}
var valid20 = _errs59 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.session !== undefined){
const _errs61 = errors;
if(!(validate22(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid20 = _errs61 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.epoch !== undefined){
const _errs62 = errors;
if(!(validate24(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid20 = _errs62 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.gen !== undefined){
const _errs63 = errors;
if(!(validate24(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid20 = _errs63 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.basis !== undefined){
const _errs64 = errors;
if(!(validate24(data.basis, {instancePath:instancePath+"/basis"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid20 = _errs64 === errors;
}
else {
var valid20 = true;
}
if(valid20){
if(data.leaseMs !== undefined){
const _errs65 = errors;
if(!(validate26(data.leaseMs, {instancePath:instancePath+"/leaseMs"}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid20 = _errs65 === errors;
}
else {
var valid20 = true;
}
if(valid20){
for(const key5 in data){
if(!((((((key5 === "type") || (key5 === "session")) || (key5 === "epoch")) || (key5 === "gen")) || (key5 === "basis")) || (key5 === "leaseMs"))){
validate191.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key5}}];
return false;
break;
}
}
}
}
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "noted"){
const _errs67 = errors;
if(errors === _errs67){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing6;
if((((data.type === undefined) && (missing6 = "type")) || ((data.session === undefined) && (missing6 = "session"))) || ((data.n === undefined) && (missing6 = "n"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing6}}];
return false;
}
else {
if(data.type !== undefined){
let data33 = data.type;
const _errs69 = errors;
if(typeof data33 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("noted" !== data33){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "noted"}}];
return false;
}
var valid22 = _errs69 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data.session !== undefined){
const _errs71 = errors;
if(!(validate22(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid22 = _errs71 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data.n !== undefined){
const _errs72 = errors;
if(!(validate24(data.n, {instancePath:instancePath+"/n"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid22 = _errs72 === errors;
}
else {
var valid22 = true;
}
if(valid22){
for(const key6 in data){
if(!(((key6 === "type") || (key6 === "session")) || (key6 === "n"))){
validate191.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key6}}];
return false;
break;
}
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "drop"){
const _errs74 = errors;
if(errors === _errs74){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing7;
if(((data.type === undefined) && (missing7 = "type")) || ((data.nonce === undefined) && (missing7 = "nonce"))){
validate191.errors = [{instancePath,keyword:"required",params:{missingProperty: missing7}}];
return false;
}
else {
if(data.type !== undefined){
let data36 = data.type;
const _errs76 = errors;
if(typeof data36 !== "string"){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("drop" !== data36){
validate191.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "drop"}}];
return false;
}
var valid24 = _errs76 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data.nonce !== undefined){
const _errs78 = errors;
if(!(validate22(data.nonce, {instancePath:instancePath+"/nonce"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid24 = _errs78 === errors;
}
else {
var valid24 = true;
}
if(valid24){
for(const key7 in data){
if(!((key7 === "type") || (key7 === "nonce"))){
delete data[key7];
}
}
}
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else {
validate191.errors = [{instancePath,keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0}}];
return false;
}
}
else {
validate191.errors = [{instancePath,keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0}}];
return false;
}
}
}
else {
validate191.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
validate191.errors = vErrors;
return errors === 0;
}

export const localFaults = validate218;
const schema47 = {"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema6"}};

function validate218(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 10000){
validate218.errors = [{instancePath,keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate54(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
else {
validate218.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate218.errors = vErrors;
return errors === 0;
}

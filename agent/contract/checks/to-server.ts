// @ts-nocheck
/** Written by `npm run contract` from `agent/contract/schemas/`: never changed by hand. */
import { conditions } from "../conditions.ts";

export const toServer = validate200;
const schema44 = {"allOf":[{"type":"object","properties":{"type":{"enum":["hello","serving","pulse","applied","refused","lapsed","leaving","attest"]}},"required":["type"]},{"type":"object","discriminator":{"propertyName":"type"},"oneOf":[{"type":"object","properties":{"type":{"type":"string","const":"hello"},"v":{"$ref":"#/definitions/__schema0"},"version":{"$ref":"#/definitions/__schema1"},"instance":{"$ref":"#/definitions/__schema2"},"boot":{"$ref":"#/definitions/__schema3"},"pid":{"$ref":"#/definitions/__schema4"},"cluster":{"type":"string","maxLength":300},"service":{"anyOf":[{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},{"type":"null"}]},"labels":{"type":"object","propertyNames":{"$ref":"#/definitions/__schema5"},"additionalProperties":{"$ref":"#/definitions/__schema6"},"condition":"fewLabels"},"offers":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema7"}},"calleeOffers":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema7"}},"process":{"anyOf":[{"type":"object","properties":{"started":{"type":"string","minLength":1,"maxLength":64},"machineBoot":{"type":"string","minLength":1,"maxLength":128}},"required":["started","machineBoot"],"passesOver":["started","machineBoot"]},{"type":"null"}]},"predecessor":{"anyOf":[{"type":"object","properties":{"boot":{"$ref":"#/definitions/__schema3"}},"required":["boot"],"passesOver":["boot"]},{"type":"null"}]},"seen":{"$ref":"#/definitions/__schema10"},"table":{"type":"object","properties":{"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"ids":{"$ref":"#/definitions/__schema11"}},"required":["epoch","gen","ids"],"passesOver":["epoch","gen","ids"]},"knows":{"maxItems":64,"type":"array","items":{"$ref":"#/definitions/__schema13"}},"transport":{"type":"object","properties":{"tier":{"minLength":1,"allOf":[{"$ref":"#/definitions/__schema6"}]},"because":{"anyOf":[{"$ref":"#/definitions/__schema14"},{"type":"null"}]}},"required":["tier","because"],"passesOver":["tier","because"]},"processes":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema8"}}},"required":["type","v","version","instance","boot","pid","cluster","service","labels","offers","process","predecessor","seen","table"],"passesOver":["type","v","version","instance","boot","pid","cluster","service","labels","offers","calleeOffers","process","predecessor","seen","table","knows","transport","processes"]},{"type":"object","properties":{"type":{"type":"string","const":"serving"},"session":{"$ref":"#/definitions/__schema15"},"edges":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema16"}},"failed":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema17"}}},"required":["type","session","edges","failed"],"passesOver":["type","session","edges","failed"]},{"type":"object","properties":{"type":{"type":"string","const":"pulse"},"session":{"$ref":"#/definitions/__schema15"},"n":{"$ref":"#/definitions/__schema0"},"table":{"$ref":"#/definitions/__schema10"},"remains":{"$ref":"#/definitions/__schema18"},"receipts":{"$ref":"#/definitions/__schema19"},"watches":{"$ref":"#/definitions/__schema27"},"edges":{"maxItems":20000,"type":"array","items":{"$ref":"#/definitions/__schema30"}},"unchanged":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"stalls":{"maxItems":20,"type":"array","items":{"$ref":"#/definitions/__schema32"}},"marks":{"type":"object","properties":{"sentMs":{"$ref":"#/definitions/__schema21"},"reports":{"$ref":"#/definitions/__schema33"},"more":{"$ref":"#/definitions/__schema35"}},"required":["sentMs","reports"],"condition":"fewMarks","onlyKeys":["sentMs","reports","more"]},"strangers":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["type","session","n","table","remains","receipts","watches","edges"],"passesOver":["type","session","n","table","remains","receipts","watches","edges","unchanged","stalls","marks","strangers"]},{"type":"object","properties":{"type":{"type":"string","const":"applied"},"session":{"$ref":"#/definitions/__schema15"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"}},"required":["type","session","epoch","gen"],"passesOver":["type","session","epoch","gen"]},{"type":"object","properties":{"type":{"type":"string","const":"refused"},"session":{"$ref":"#/definitions/__schema15"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"why":{"type":"string","enum":["stale","fenced","unsupported","policy"]},"detail":{"$ref":"#/definitions/__schema14"},"seen":{"$ref":"#/definitions/__schema10"}},"required":["type","session","epoch","gen","why","detail","seen"],"passesOver":["type","session","epoch","gen","why","detail","seen"]},{"type":"object","properties":{"type":{"type":"string","const":"lapsed"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"why":{"$ref":"#/definitions/__schema14"}},"required":["type","epoch","gen","why"],"passesOver":["type","epoch","gen","why"]},{"type":"object","properties":{"type":{"type":"string","const":"leaving"},"session":{"$ref":"#/definitions/__schema15"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"isOver":{"type":"boolean"},"remains":{"$ref":"#/definitions/__schema18"},"receipts":{"$ref":"#/definitions/__schema19"},"watches":{"$ref":"#/definitions/__schema27"}},"required":["type","session","epoch","gen","isOver","remains","receipts","watches"],"passesOver":["type","session","epoch","gen","isOver","remains","receipts","watches"]},{"type":"object","properties":{"type":{"type":"string","const":"attest"},"nonce":{"$ref":"#/definitions/__schema36"},"boot":{"$ref":"#/definitions/__schema3"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"remains":{"$ref":"#/definitions/__schema18"},"receipts":{"$ref":"#/definitions/__schema19"},"watches":{"$ref":"#/definitions/__schema27"}},"required":["type","nonce","boot","epoch","gen","remains","receipts","watches"],"passesOver":["type","nonce","boot","epoch","gen","remains","receipts","watches"]}],"required":["type"]}]};
const schema7 = {"type":"integer","minimum":0,"maximum":9007199254740991};

function validate22(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate22.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
validate22.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate22.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
validate22.errors = vErrors;
return errors === 0;
}

const schema8 = {"type":"string","maxLength":64};

function validate24(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate24.errors = [{instancePath,keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate24.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate24.errors = vErrors;
return errors === 0;
}

const schema9 = {"type":"string","pattern":"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$"};
const pattern0 = new RegExp("^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$", "u");

function validate26(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern0.test(data)){
validate26.errors = [{instancePath,keyword:"pattern",params:{pattern: "^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$"}}];
return false;
}
}
else {
validate26.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}

const schema10 = {"type":"string","pattern":"^[A-Za-z0-9-]{1,64}$"};
const pattern1 = new RegExp("^[A-Za-z0-9-]{1,64}$", "u");

function validate28(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(!pattern1.test(data)){
validate28.errors = [{instancePath,keyword:"pattern",params:{pattern: "^[A-Za-z0-9-]{1,64}$"}}];
return false;
}
}
else {
validate28.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}

const schema11 = {"type":"integer","minimum":0,"maximum":2147483647};

function validate30(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate30.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 2147483647 || isNaN(data)){
validate30.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 2147483647}}];
return false;
}
else {
if(data < 0 || isNaN(data)){
validate30.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
}
}
validate30.errors = vErrors;
return errors === 0;
}

const schema12 = {"minLength":1,"allOf":[{"$ref":"#/definitions/__schema6"}]};
const schema13 = {"type":"string","maxLength":63,"pattern":"^[^\\p{C}]*$"};
const pattern3 = new RegExp("^[^\\p{C}]*$", "u");

function validate33(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 63){
validate33.errors = [{instancePath,keyword:"maxLength",params:{limit: 63}}];
return false;
}
else {
if(!pattern3.test(data)){
validate33.errors = [{instancePath,keyword:"pattern",params:{pattern: "^[^\\p{C}]*$"}}];
return false;
}
}
}
else {
validate33.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate33.errors = vErrors;
return errors === 0;
}


function validate32(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(validate33(data, {instancePath}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
if(errors === 0){
if(typeof data === "string"){
if(data.length < 1){
validate32.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
validate32.errors = vErrors;
return errors === 0;
}

const schema14 = {"type":"object","properties":{"from":{"$ref":"#/definitions/__schema8"},"to":{"$ref":"#/definitions/__schema8"},"listen":{"$ref":"#/definitions/__schema9"},"protocol":{"type":"string","enum":["http","tcp"]},"endpoints":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema9"}},"healthPath":{"anyOf":[{"type":"string","minLength":1,"maxLength":2048},{"type":"null"}]}},"required":["from","to","listen","protocol","endpoints","healthPath"],"onlyKeys":["from","to","listen","protocol","endpoints","healthPath"]};
const schema15 = {"type":"string","minLength":1,"maxLength":63};

function validate38(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 63){
validate38.errors = [{instancePath,keyword:"maxLength",params:{limit: 63}}];
return false;
}
else {
if(data.length < 1){
validate38.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate38.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate38.errors = vErrors;
return errors === 0;
}

const schema16 = {"type":"string","minLength":1,"maxLength":300};

function validate41(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 300){
validate41.errors = [{instancePath,keyword:"maxLength",params:{limit: 300}}];
return false;
}
else {
if(data.length < 1){
validate41.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate41.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate41.errors = vErrors;
return errors === 0;
}


function validate37(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((data.from === undefined) && (missing0 = "from")) || ((data.to === undefined) && (missing0 = "to"))) || ((data.listen === undefined) && (missing0 = "listen"))) || ((data.protocol === undefined) && (missing0 = "protocol"))) || ((data.endpoints === undefined) && (missing0 = "endpoints"))) || ((data.healthPath === undefined) && (missing0 = "healthPath"))){
validate37.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.from !== undefined){
const _errs1 = errors;
if(!(validate38(data.from, {instancePath:instancePath+"/from"}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.to !== undefined){
const _errs2 = errors;
if(!(validate38(data.to, {instancePath:instancePath+"/to"}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.listen !== undefined){
const _errs3 = errors;
if(!(validate41(data.listen, {instancePath:instancePath+"/listen"}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.protocol !== undefined){
let data3 = data.protocol;
const _errs4 = errors;
if(typeof data3 !== "string"){
validate37.errors = [{instancePath:instancePath+"/protocol",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data3 === "http") || (data3 === "tcp"))){
validate37.errors = [{instancePath:instancePath+"/protocol",keyword:"enum",params:{allowedValues: ["http","tcp"]}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.endpoints !== undefined){
let data4 = data.endpoints;
const _errs6 = errors;
if(errors === _errs6){
if(Array.isArray(data4)){
if(data4.length > 1000){
validate37.errors = [{instancePath:instancePath+"/endpoints",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs8 = errors;
if(!(validate41(data4[i0], {instancePath:instancePath+"/endpoints/" + i0}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
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
validate37.errors = [{instancePath:instancePath+"/endpoints",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.healthPath !== undefined){
let data6 = data.healthPath;
const _errs9 = errors;
const _errs10 = errors;
let valid2 = false;
const _errs11 = errors;
if(errors === _errs11){
if(typeof data6 === "string"){
if(data6.length > 2048){
const err0 = {instancePath:instancePath+"/healthPath",keyword:"maxLength",params:{limit: 2048}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
else {
if(data6.length < 1){
const err1 = {instancePath:instancePath+"/healthPath",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/healthPath",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
var _valid0 = _errs11 === errors;
valid2 = valid2 || _valid0;
if(!valid2){
const _errs13 = errors;
if(data6 !== null){
const err3 = {instancePath:instancePath+"/healthPath",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
var _valid0 = _errs13 === errors;
valid2 = valid2 || _valid0;
}
if(!valid2){
const err4 = {instancePath:instancePath+"/healthPath",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate37.errors = vErrors;
return false;
}
else {
errors = _errs10;
if(vErrors !== null){
if(_errs10){
vErrors.length = _errs10;
}
else {
vErrors = null;
}
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((((key0 === "from") || (key0 === "to")) || (key0 === "listen")) || (key0 === "protocol")) || (key0 === "endpoints")) || (key0 === "healthPath"))){
validate37.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate37.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate37.errors = vErrors;
return errors === 0;
}

const schema17 = {"type":"object","properties":{"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"}},"required":["epoch","gen"],"passesOver":["epoch","gen"]};

function validate47(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.epoch === undefined) && (missing0 = "epoch")) || ((data.gen === undefined) && (missing0 = "gen"))){
validate47.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.epoch !== undefined){
const _errs1 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gen !== undefined){
const _errs2 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "epoch") || (key0 === "gen"))){
delete data[key0];
}
}
}
}
}
}
else {
validate47.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate47.errors = vErrors;
return errors === 0;
}

const schema18 = {"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema12"}};
const schema19 = {"type":"string","minLength":1,"maxLength":512};

function validate54(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate54.errors = [{instancePath,keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(data.length < 1){
validate54.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate54.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate54.errors = vErrors;
return errors === 0;
}


function validate53(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 10000){
validate53.errors = [{instancePath,keyword:"maxItems",params:{limit: 10000}}];
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
validate53.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate53.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"string","maxLength":63};

function validate57(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 63){
validate57.errors = [{instancePath,keyword:"maxLength",params:{limit: 63}}];
return false;
}
}
else {
validate57.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate57.errors = vErrors;
return errors === 0;
}

const schema21 = {"type":"string","maxLength":512};

function validate60(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate60.errors = [{instancePath,keyword:"maxLength",params:{limit: 512}}];
return false;
}
}
else {
validate60.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate60.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"string","minLength":1,"maxLength":64};

function validate63(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate63.errors = [{instancePath,keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(data.length < 1){
validate63.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate63.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate63.errors = vErrors;
return errors === 0;
}

const schema23 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema12"},"listen":{"$ref":"#/definitions/__schema9"}},"required":["id","listen"],"onlyKeys":["id","listen"]};

function validate65(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.id === undefined) && (missing0 = "id")) || ((data.listen === undefined) && (missing0 = "listen"))){
validate65.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate54(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
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
if(!(validate41(data.listen, {instancePath:instancePath+"/listen"}))){
vErrors = vErrors === null ? validate41.errors : vErrors.concat(validate41.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "id") || (key0 === "listen"))){
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

const schema24 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema12"},"why":{"$ref":"#/definitions/__schema14"}},"required":["id","why"],"onlyKeys":["id","why"]};

function validate69(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.id === undefined) && (missing0 = "id")) || ((data.why === undefined) && (missing0 = "why"))){
validate69.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate54(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.why !== undefined){
const _errs2 = errors;
if(!(validate60(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "id") || (key0 === "why"))){
validate69.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate69.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate69.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"object","properties":{"live":{"$ref":"#/definitions/__schema0"},"held":{"$ref":"#/definitions/__schema0"},"wounded":{"$ref":"#/definitions/__schema0"},"external":{"$ref":"#/definitions/__schema0"},"externalRuns":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema12"}}},"required":["live","held","wounded","external"],"passesOver":["live","held","wounded","external","externalRuns"]};

function validate76(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.live === undefined) && (missing0 = "live")) || ((data.held === undefined) && (missing0 = "held"))) || ((data.wounded === undefined) && (missing0 = "wounded"))) || ((data.external === undefined) && (missing0 = "external"))){
validate76.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.live !== undefined){
const _errs1 = errors;
if(!(validate22(data.live, {instancePath:instancePath+"/live"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.held !== undefined){
const _errs2 = errors;
if(!(validate22(data.held, {instancePath:instancePath+"/held"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.wounded !== undefined){
const _errs3 = errors;
if(!(validate22(data.wounded, {instancePath:instancePath+"/wounded"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.external !== undefined){
const _errs4 = errors;
if(!(validate22(data.external, {instancePath:instancePath+"/external"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.externalRuns !== undefined){
let data4 = data.externalRuns;
const _errs5 = errors;
if(errors === _errs5){
if(Array.isArray(data4)){
if(data4.length > 10000){
validate76.errors = [{instancePath:instancePath+"/externalRuns",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs7 = errors;
if(!(validate54(data4[i0], {instancePath:instancePath+"/externalRuns/" + i0}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
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
validate76.errors = [{instancePath:instancePath+"/externalRuns",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((((key0 === "live") || (key0 === "held")) || (key0 === "wounded")) || (key0 === "external")) || (key0 === "externalRuns"))){
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
else {
validate76.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate76.errors = vErrors;
return errors === 0;
}

const schema26 = {"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema20"}};
const schema27 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema12"},"fault":{"$ref":"#/definitions/__schema12"},"edge":{"$ref":"#/definitions/__schema12"},"unit":{"type":"string","enum":["exchange","connection"]},"liveMs":{"$ref":"#/definitions/__schema21"},"seen":{"$ref":"#/definitions/__schema0"},"matched":{"$ref":"#/definitions/__schema0"},"injected":{"$ref":"#/definitions/__schema0"},"spared":{"$ref":"#/definitions/__schema0"},"capped":{"$ref":"#/definitions/__schema0"},"untouched":{"$ref":"#/definitions/__schema0"},"ordinals":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema22"}},"markedHits":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"requests":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"markedRequests":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"unread":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"endpoints":{"allOf":[{"$ref":"#/definitions/__schema23"}]},"exhausted":{"maxItems":2,"type":"array","items":{"$ref":"#/definitions/__schema25"}},"escaped":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"escapedBy":{"type":"string","const":"redirect"},"absences":{"maxItems":64,"type":"array","items":{"$ref":"#/definitions/__schema26"}},"squeezed":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstHitMs":{"allOf":[{"$ref":"#/definitions/__schema21"}]},"firstCappedMs":{"allOf":[{"$ref":"#/definitions/__schema21"}]}},"required":["id","fault","edge","unit","liveMs","seen","matched","injected","spared","capped","untouched","ordinals"],"onlyKeys":["id","fault","edge","unit","liveMs","seen","matched","injected","spared","capped","untouched","ordinals","markedHits","requests","markedRequests","unread","endpoints","exhausted","escaped","escapedBy","absences","squeezed","firstHitMs","firstCappedMs"]};
const schema28 = {"type":"number","minimum":0};

function validate88(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data < 0 || isNaN(data)){
validate88.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate88.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate88.errors = vErrors;
return errors === 0;
}

const schema29 = {"type":"integer","minimum":1,"maximum":9007199254740991};

function validate96(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate96.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
validate96.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data < 1 || isNaN(data)){
validate96.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
validate96.errors = vErrors;
return errors === 0;
}

const schema30 = {"type":"object","propertyNames":{"$ref":"#/definitions/__schema24"},"additionalProperties":{"$ref":"#/definitions/__schema0"},"condition":"fewEndpoints"};
const schema31 = {"type":"string","minLength":1,"maxLength":300};

function validate103(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 300){
validate103.errors = [{instancePath,keyword:"maxLength",params:{limit: 300}}];
return false;
}
else {
if(data.length < 1){
validate103.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate103.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate103.errors = vErrors;
return errors === 0;
}


function validate102(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(!(validate103(key0, {instancePath}))){
vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
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
validate102.errors = vErrors;
return false;
break;
}
}
if(valid0){
const _errs2 = errors;
for(const key1 in data){
const _errs3 = errors;
if(!(validate22(data[key1], {instancePath:instancePath+"/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid1 = _errs3 === errors;
if(!valid1){
break;
}
}
if(_errs2 === errors){
if(!conditions.fewEndpoints.holds(data)){
validate102.errors = [{instancePath,keyword:"condition",params:{condition: "fewEndpoints"}}];
return false;
}
}
}
}
else {
validate102.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate102.errors = vErrors;
return errors === 0;
}

const schema32 = {"type":"object","properties":{"of":{"type":"string","enum":["descriptors","ports"]},"refused":{"$ref":"#/definitions/__schema0"},"limit":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["of","refused"],"onlyKeys":["of","refused","limit"]};

function validate107(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.of === undefined) && (missing0 = "of")) || ((data.refused === undefined) && (missing0 = "refused"))){
validate107.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.of !== undefined){
let data0 = data.of;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate107.errors = [{instancePath:instancePath+"/of",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data0 === "descriptors") || (data0 === "ports"))){
validate107.errors = [{instancePath:instancePath+"/of",keyword:"enum",params:{allowedValues: ["descriptors","ports"]}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.refused !== undefined){
const _errs3 = errors;
if(!(validate22(data.refused, {instancePath:instancePath+"/refused"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.limit !== undefined){
const _errs4 = errors;
if(!(validate22(data.limit, {instancePath:instancePath+"/limit"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((key0 === "of") || (key0 === "refused")) || (key0 === "limit"))){
validate107.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate107.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate107.errors = vErrors;
return errors === 0;
}

const schema33 = {"type":"object","properties":{"fromMs":{"$ref":"#/definitions/__schema21"},"toMs":{"allOf":[{"$ref":"#/definitions/__schema21"}]}},"required":["fromMs"],"onlyKeys":["fromMs","toMs"]};

function validate112(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.fromMs === undefined) && (missing0 = "fromMs")){
validate112.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.fromMs !== undefined){
const _errs1 = errors;
if(!(validate88(data.fromMs, {instancePath:instancePath+"/fromMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.toMs !== undefined){
const _errs2 = errors;
if(!(validate88(data.toMs, {instancePath:instancePath+"/toMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((key0 === "fromMs") || (key0 === "toMs"))){
validate112.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate112.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate112.errors = vErrors;
return errors === 0;
}


function validate84(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((((data.id === undefined) && (missing0 = "id")) || ((data.fault === undefined) && (missing0 = "fault"))) || ((data.edge === undefined) && (missing0 = "edge"))) || ((data.unit === undefined) && (missing0 = "unit"))) || ((data.liveMs === undefined) && (missing0 = "liveMs"))) || ((data.seen === undefined) && (missing0 = "seen"))) || ((data.matched === undefined) && (missing0 = "matched"))) || ((data.injected === undefined) && (missing0 = "injected"))) || ((data.spared === undefined) && (missing0 = "spared"))) || ((data.capped === undefined) && (missing0 = "capped"))) || ((data.untouched === undefined) && (missing0 = "untouched"))) || ((data.ordinals === undefined) && (missing0 = "ordinals"))){
validate84.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate54(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fault !== undefined){
const _errs2 = errors;
if(!(validate54(data.fault, {instancePath:instancePath+"/fault"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.edge !== undefined){
const _errs3 = errors;
if(!(validate54(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unit !== undefined){
let data3 = data.unit;
const _errs4 = errors;
if(typeof data3 !== "string"){
validate84.errors = [{instancePath:instancePath+"/unit",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data3 === "exchange") || (data3 === "connection"))){
validate84.errors = [{instancePath:instancePath+"/unit",keyword:"enum",params:{allowedValues: ["exchange","connection"]}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.liveMs !== undefined){
const _errs6 = errors;
if(!(validate88(data.liveMs, {instancePath:instancePath+"/liveMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seen !== undefined){
const _errs7 = errors;
if(!(validate22(data.seen, {instancePath:instancePath+"/seen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.matched !== undefined){
const _errs8 = errors;
if(!(validate22(data.matched, {instancePath:instancePath+"/matched"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.injected !== undefined){
const _errs9 = errors;
if(!(validate22(data.injected, {instancePath:instancePath+"/injected"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.spared !== undefined){
const _errs10 = errors;
if(!(validate22(data.spared, {instancePath:instancePath+"/spared"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.capped !== undefined){
const _errs11 = errors;
if(!(validate22(data.capped, {instancePath:instancePath+"/capped"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.untouched !== undefined){
const _errs12 = errors;
if(!(validate22(data.untouched, {instancePath:instancePath+"/untouched"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ordinals !== undefined){
let data11 = data.ordinals;
const _errs13 = errors;
if(errors === _errs13){
if(Array.isArray(data11)){
if(data11.length > 1000){
validate84.errors = [{instancePath:instancePath+"/ordinals",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid1 = true;
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
const _errs15 = errors;
if(!(validate96(data11[i0], {instancePath:instancePath+"/ordinals/" + i0}))){
vErrors = vErrors === null ? validate96.errors : vErrors.concat(validate96.errors);
errors = vErrors.length;
}
var valid1 = _errs15 === errors;
if(!valid1){
break;
}
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/ordinals",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.markedHits !== undefined){
const _errs16 = errors;
if(!(validate22(data.markedHits, {instancePath:instancePath+"/markedHits"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.requests !== undefined){
const _errs18 = errors;
if(!(validate22(data.requests, {instancePath:instancePath+"/requests"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.markedRequests !== undefined){
const _errs20 = errors;
if(!(validate22(data.markedRequests, {instancePath:instancePath+"/markedRequests"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unread !== undefined){
const _errs22 = errors;
if(!(validate22(data.unread, {instancePath:instancePath+"/unread"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.endpoints !== undefined){
const _errs24 = errors;
if(!(validate102(data.endpoints, {instancePath:instancePath+"/endpoints"}))){
vErrors = vErrors === null ? validate102.errors : vErrors.concat(validate102.errors);
errors = vErrors.length;
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.exhausted !== undefined){
let data18 = data.exhausted;
const _errs26 = errors;
if(errors === _errs26){
if(Array.isArray(data18)){
if(data18.length > 2){
validate84.errors = [{instancePath:instancePath+"/exhausted",keyword:"maxItems",params:{limit: 2}}];
return false;
}
else {
var valid7 = true;
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
const _errs28 = errors;
if(!(validate107(data18[i1], {instancePath:instancePath+"/exhausted/" + i1}))){
vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
errors = vErrors.length;
}
var valid7 = _errs28 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/exhausted",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs26 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.escaped !== undefined){
const _errs29 = errors;
if(!(validate22(data.escaped, {instancePath:instancePath+"/escaped"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs29 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.escapedBy !== undefined){
let data21 = data.escapedBy;
const _errs31 = errors;
if(typeof data21 !== "string"){
validate84.errors = [{instancePath:instancePath+"/escapedBy",keyword:"type",params:{type: "string"}}];
return false;
}
if("redirect" !== data21){
validate84.errors = [{instancePath:instancePath+"/escapedBy",keyword:"const",params:{allowedValue: "redirect"}}];
return false;
}
var valid0 = _errs31 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.absences !== undefined){
let data22 = data.absences;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data22)){
if(data22.length > 64){
validate84.errors = [{instancePath:instancePath+"/absences",keyword:"maxItems",params:{limit: 64}}];
return false;
}
else {
var valid9 = true;
const len2 = data22.length;
for(let i2=0; i2<len2; i2++){
const _errs35 = errors;
if(!(validate112(data22[i2], {instancePath:instancePath+"/absences/" + i2}))){
vErrors = vErrors === null ? validate112.errors : vErrors.concat(validate112.errors);
errors = vErrors.length;
}
var valid9 = _errs35 === errors;
if(!valid9){
break;
}
}
}
}
else {
validate84.errors = [{instancePath:instancePath+"/absences",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.squeezed !== undefined){
const _errs36 = errors;
if(!(validate22(data.squeezed, {instancePath:instancePath+"/squeezed"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.firstHitMs !== undefined){
const _errs38 = errors;
if(!(validate88(data.firstHitMs, {instancePath:instancePath+"/firstHitMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.firstCappedMs !== undefined){
const _errs40 = errors;
if(!(validate88(data.firstCappedMs, {instancePath:instancePath+"/firstCappedMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs40 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((((((((((((((((((((((key0 === "id") || (key0 === "fault")) || (key0 === "edge")) || (key0 === "unit")) || (key0 === "liveMs")) || (key0 === "seen")) || (key0 === "matched")) || (key0 === "injected")) || (key0 === "spared")) || (key0 === "capped")) || (key0 === "untouched")) || (key0 === "ordinals")) || (key0 === "markedHits")) || (key0 === "requests")) || (key0 === "markedRequests")) || (key0 === "unread")) || (key0 === "endpoints")) || (key0 === "exhausted")) || (key0 === "escaped")) || (key0 === "escapedBy")) || (key0 === "absences")) || (key0 === "squeezed")) || (key0 === "firstHitMs")) || (key0 === "firstCappedMs"))){
validate84.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate84.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate84.errors = vErrors;
return errors === 0;
}


function validate83(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 1000){
validate83.errors = [{instancePath,keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate84(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate84.errors : vErrors.concat(validate84.errors);
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
validate83.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate83.errors = vErrors;
return errors === 0;
}

const schema34 = {"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema28"}};
const schema35 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema12"},"good":{"$ref":"#/definitions/__schema0"},"bad":{"$ref":"#/definitions/__schema0"},"open":{"$ref":"#/definitions/__schema0"},"left":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"struck":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"openStruck":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"errored":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstErrored":{"allOf":[{"$ref":"#/definitions/__schema14"}]},"unknown":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstBad":{"maxItems":5,"type":"array","items":{"$ref":"#/definitions/__schema29"}}},"required":["id","good","bad","open","firstBad"],"onlyKeys":["id","good","bad","open","left","struck","openStruck","errored","firstErrored","unknown","firstBad"]};
const schema36 = {"type":"object","properties":{"atMs":{"type":"number"},"why":{"$ref":"#/definitions/__schema14"},"latencyMs":{"type":"number"},"status":{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}},"required":["atMs","why"],"onlyKeys":["atMs","why","latencyMs","status"]};

function validate133(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.atMs === undefined) && (missing0 = "atMs")) || ((data.why === undefined) && (missing0 = "why"))){
validate133.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.atMs !== undefined){
let data0 = data.atMs;
const _errs1 = errors;
if(!((typeof data0 == "number") && (isFinite(data0)))){
validate133.errors = [{instancePath:instancePath+"/atMs",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.why !== undefined){
const _errs3 = errors;
if(!(validate60(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.latencyMs !== undefined){
let data2 = data.latencyMs;
const _errs4 = errors;
if(!((typeof data2 == "number") && (isFinite(data2)))){
validate133.errors = [{instancePath:instancePath+"/latencyMs",keyword:"type",params:{type: "number"}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.status !== undefined){
let data3 = data.status;
const _errs6 = errors;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
validate133.errors = [{instancePath:instancePath+"/status",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 9007199254740991 || isNaN(data3)){
validate133.errors = [{instancePath:instancePath+"/status",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data3 < -9007199254740991 || isNaN(data3)){
validate133.errors = [{instancePath:instancePath+"/status",keyword:"minimum",params:{comparison: ">=", limit: -9007199254740991}}];
return false;
}
}
}
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((key0 === "atMs") || (key0 === "why")) || (key0 === "latencyMs")) || (key0 === "status"))){
validate133.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate133.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate133.errors = vErrors;
return errors === 0;
}


function validate122(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.id === undefined) && (missing0 = "id")) || ((data.good === undefined) && (missing0 = "good"))) || ((data.bad === undefined) && (missing0 = "bad"))) || ((data.open === undefined) && (missing0 = "open"))) || ((data.firstBad === undefined) && (missing0 = "firstBad"))){
validate122.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate54(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.good !== undefined){
const _errs2 = errors;
if(!(validate22(data.good, {instancePath:instancePath+"/good"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bad !== undefined){
const _errs3 = errors;
if(!(validate22(data.bad, {instancePath:instancePath+"/bad"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.open !== undefined){
const _errs4 = errors;
if(!(validate22(data.open, {instancePath:instancePath+"/open"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.left !== undefined){
const _errs5 = errors;
if(!(validate22(data.left, {instancePath:instancePath+"/left"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.struck !== undefined){
const _errs7 = errors;
if(!(validate22(data.struck, {instancePath:instancePath+"/struck"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.openStruck !== undefined){
const _errs9 = errors;
if(!(validate22(data.openStruck, {instancePath:instancePath+"/openStruck"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.errored !== undefined){
const _errs11 = errors;
if(!(validate22(data.errored, {instancePath:instancePath+"/errored"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.firstErrored !== undefined){
const _errs13 = errors;
if(!(validate60(data.firstErrored, {instancePath:instancePath+"/firstErrored"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.unknown !== undefined){
const _errs15 = errors;
if(!(validate22(data.unknown, {instancePath:instancePath+"/unknown"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.firstBad !== undefined){
let data10 = data.firstBad;
const _errs17 = errors;
if(errors === _errs17){
if(Array.isArray(data10)){
if(data10.length > 5){
validate122.errors = [{instancePath:instancePath+"/firstBad",keyword:"maxItems",params:{limit: 5}}];
return false;
}
else {
var valid7 = true;
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
const _errs19 = errors;
if(!(validate133(data10[i0], {instancePath:instancePath+"/firstBad/" + i0}))){
vErrors = vErrors === null ? validate133.errors : vErrors.concat(validate133.errors);
errors = vErrors.length;
}
var valid7 = _errs19 === errors;
if(!valid7){
break;
}
}
}
}
else {
validate122.errors = [{instancePath:instancePath+"/firstBad",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((((((((((key0 === "id") || (key0 === "good")) || (key0 === "bad")) || (key0 === "open")) || (key0 === "left")) || (key0 === "struck")) || (key0 === "openStruck")) || (key0 === "errored")) || (key0 === "firstErrored")) || (key0 === "unknown")) || (key0 === "firstBad"))){
validate122.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
else {
validate122.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate122.errors = vErrors;
return errors === 0;
}


function validate121(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 1000){
validate121.errors = [{instancePath,keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate122(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
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
validate121.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate121.errors = vErrors;
return errors === 0;
}

const schema37 = {"type":"object","properties":{"edge":{"$ref":"#/definitions/__schema12"},"group":{"type":"string","enum":["treated","untreated"]},"exchanges":{"$ref":"#/definitions/__schema0"},"cancelled":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"byClass":{"maxItems":6,"type":"array","items":{"$ref":"#/definitions/__schema0"}},"bytesIn":{"$ref":"#/definitions/__schema0"},"bytesOut":{"$ref":"#/definitions/__schema0"},"open":{"$ref":"#/definitions/__schema0"},"refused":{"maxItems":100,"type":"array","items":{"$ref":"#/definitions/__schema31"}},"connections":{"allOf":[{"$ref":"#/definitions/__schema23"}]},"latencies":{"type":"string","maxLength":100000}},"required":["edge","group","exchanges","byClass","bytesIn","bytesOut","open","latencies"],"onlyKeys":["edge","group","exchanges","cancelled","byClass","bytesIn","bytesOut","open","refused","connections","latencies"]};
const schema38 = {"type":"object","properties":{"code":{"type":"string","minLength":1,"maxLength":63},"count":{"$ref":"#/definitions/__schema0"}},"required":["code","count"],"onlyKeys":["code","count"]};

function validate146(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.code === undefined) && (missing0 = "code")) || ((data.count === undefined) && (missing0 = "count"))){
validate146.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.code !== undefined){
let data0 = data.code;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(data0.length > 63){
validate146.errors = [{instancePath:instancePath+"/code",keyword:"maxLength",params:{limit: 63}}];
return false;
}
else {
if(data0.length < 1){
validate146.errors = [{instancePath:instancePath+"/code",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate146.errors = [{instancePath:instancePath+"/code",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.count !== undefined){
const _errs3 = errors;
if(!(validate22(data.count, {instancePath:instancePath+"/count"}))){
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
if(!((key0 === "code") || (key0 === "count"))){
validate146.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate146.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate146.errors = vErrors;
return errors === 0;
}


function validate138(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((data.edge === undefined) && (missing0 = "edge")) || ((data.group === undefined) && (missing0 = "group"))) || ((data.exchanges === undefined) && (missing0 = "exchanges"))) || ((data.byClass === undefined) && (missing0 = "byClass"))) || ((data.bytesIn === undefined) && (missing0 = "bytesIn"))) || ((data.bytesOut === undefined) && (missing0 = "bytesOut"))) || ((data.open === undefined) && (missing0 = "open"))) || ((data.latencies === undefined) && (missing0 = "latencies"))){
validate138.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.edge !== undefined){
const _errs1 = errors;
if(!(validate54(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.group !== undefined){
let data1 = data.group;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate138.errors = [{instancePath:instancePath+"/group",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data1 === "treated") || (data1 === "untreated"))){
validate138.errors = [{instancePath:instancePath+"/group",keyword:"enum",params:{allowedValues: ["treated","untreated"]}}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.exchanges !== undefined){
const _errs4 = errors;
if(!(validate22(data.exchanges, {instancePath:instancePath+"/exchanges"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cancelled !== undefined){
const _errs5 = errors;
if(!(validate22(data.cancelled, {instancePath:instancePath+"/cancelled"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.byClass !== undefined){
let data4 = data.byClass;
const _errs7 = errors;
if(errors === _errs7){
if(Array.isArray(data4)){
if(data4.length > 6){
validate138.errors = [{instancePath:instancePath+"/byClass",keyword:"maxItems",params:{limit: 6}}];
return false;
}
else {
var valid2 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs9 = errors;
if(!(validate22(data4[i0], {instancePath:instancePath+"/byClass/" + i0}))){
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
validate138.errors = [{instancePath:instancePath+"/byClass",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bytesIn !== undefined){
const _errs10 = errors;
if(!(validate22(data.bytesIn, {instancePath:instancePath+"/bytesIn"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.bytesOut !== undefined){
const _errs11 = errors;
if(!(validate22(data.bytesOut, {instancePath:instancePath+"/bytesOut"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.open !== undefined){
const _errs12 = errors;
if(!(validate22(data.open, {instancePath:instancePath+"/open"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.refused !== undefined){
let data9 = data.refused;
const _errs13 = errors;
if(errors === _errs13){
if(Array.isArray(data9)){
if(data9.length > 100){
validate138.errors = [{instancePath:instancePath+"/refused",keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid3 = true;
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
const _errs15 = errors;
if(!(validate146(data9[i1], {instancePath:instancePath+"/refused/" + i1}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
var valid3 = _errs15 === errors;
if(!valid3){
break;
}
}
}
}
else {
validate138.errors = [{instancePath:instancePath+"/refused",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.connections !== undefined){
const _errs16 = errors;
if(!(validate102(data.connections, {instancePath:instancePath+"/connections"}))){
vErrors = vErrors === null ? validate102.errors : vErrors.concat(validate102.errors);
errors = vErrors.length;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.latencies !== undefined){
let data12 = data.latencies;
const _errs18 = errors;
if(errors === _errs18){
if(typeof data12 === "string"){
if(data12.length > 100000){
validate138.errors = [{instancePath:instancePath+"/latencies",keyword:"maxLength",params:{limit: 100000}}];
return false;
}
}
else {
validate138.errors = [{instancePath:instancePath+"/latencies",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((((((((((key0 === "edge") || (key0 === "group")) || (key0 === "exchanges")) || (key0 === "cancelled")) || (key0 === "byClass")) || (key0 === "bytesIn")) || (key0 === "bytesOut")) || (key0 === "open")) || (key0 === "refused")) || (key0 === "connections")) || (key0 === "latencies"))){
validate138.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
else {
validate138.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate138.errors = vErrors;
return errors === 0;
}

const schema39 = {"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9007199254740991},"agoMs":{"$ref":"#/definitions/__schema21"},"lengthMs":{"$ref":"#/definitions/__schema21"},"throttledMs":{"allOf":[{"$ref":"#/definitions/__schema21"}]}},"required":["n","agoMs","lengthMs"],"onlyKeys":["n","agoMs","lengthMs","throttledMs"]};

function validate152(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.n === undefined) && (missing0 = "n")) || ((data.agoMs === undefined) && (missing0 = "agoMs"))) || ((data.lengthMs === undefined) && (missing0 = "lengthMs"))){
validate152.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.n !== undefined){
let data0 = data.n;
const _errs1 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate152.errors = [{instancePath:instancePath+"/n",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs1){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9007199254740991 || isNaN(data0)){
validate152.errors = [{instancePath:instancePath+"/n",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate152.errors = [{instancePath:instancePath+"/n",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.agoMs !== undefined){
const _errs3 = errors;
if(!(validate88(data.agoMs, {instancePath:instancePath+"/agoMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.lengthMs !== undefined){
const _errs4 = errors;
if(!(validate88(data.lengthMs, {instancePath:instancePath+"/lengthMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.throttledMs !== undefined){
const _errs5 = errors;
if(!(validate88(data.throttledMs, {instancePath:instancePath+"/throttledMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((key0 === "n") || (key0 === "agoMs")) || (key0 === "lengthMs")) || (key0 === "throttledMs"))){
validate152.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate152.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate152.errors = vErrors;
return errors === 0;
}

const schema40 = {"maxItems":100,"type":"array","items":{"$ref":"#/definitions/__schema34"}};
const schema41 = {"type":"object","properties":{"fault":{"$ref":"#/definitions/__schema12"},"coded":{"type":"string","maxLength":5600},"atLeast":{"type":"boolean","const":true}},"required":["fault","coded"],"onlyKeys":["fault","coded","atLeast"]};

function validate159(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.fault === undefined) && (missing0 = "fault")) || ((data.coded === undefined) && (missing0 = "coded"))){
validate159.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.fault !== undefined){
const _errs1 = errors;
if(!(validate54(data.fault, {instancePath:instancePath+"/fault"}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.coded !== undefined){
let data1 = data.coded;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data1 === "string"){
if(data1.length > 5600){
validate159.errors = [{instancePath:instancePath+"/coded",keyword:"maxLength",params:{limit: 5600}}];
return false;
}
}
else {
validate159.errors = [{instancePath:instancePath+"/coded",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.atLeast !== undefined){
let data2 = data.atLeast;
const _errs4 = errors;
if(typeof data2 !== "boolean"){
validate159.errors = [{instancePath:instancePath+"/atLeast",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data2){
validate159.errors = [{instancePath:instancePath+"/atLeast",keyword:"const",params:{allowedValue: true}}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!(((key0 === "fault") || (key0 === "coded")) || (key0 === "atLeast"))){
validate159.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate159.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate159.errors = vErrors;
return errors === 0;
}


function validate158(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 100){
validate158.errors = [{instancePath,keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate159(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate159.errors : vErrors.concat(validate159.errors);
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
validate158.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate158.errors = vErrors;
return errors === 0;
}

const schema42 = {"type":"boolean","const":true};

function validate163(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "boolean"){
validate163.errors = [{instancePath,keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data){
validate163.errors = [{instancePath,keyword:"const",params:{allowedValue: true}}];
return false;
}
validate163.errors = vErrors;
return errors === 0;
}

const schema43 = {"type":"string","maxLength":64};

function validate183(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate183.errors = [{instancePath,keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate183.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate183.errors = vErrors;
return errors === 0;
}

const pattern2 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");

function validate200(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
if(errors === _errs0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.type === undefined) && (missing0 = "type")){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
if(!((((((((data0 === "hello") || (data0 === "serving")) || (data0 === "pulse")) || (data0 === "applied")) || (data0 === "refused")) || (data0 === "lapsed")) || (data0 === "leaving")) || (data0 === "attest"))){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"enum",params:{allowedValues: ["hello","serving","pulse","applied","refused","lapsed","leaving","attest"]}}];
return false;
}
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
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
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
const tag0 = data.type;
if(typeof tag0 == "string"){
if(tag0 === "hello"){
const _errs6 = errors;
if(errors === _errs6){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing2;
if(((((((((((((((data.type === undefined) && (missing2 = "type")) || ((data.v === undefined) && (missing2 = "v"))) || ((data.version === undefined) && (missing2 = "version"))) || ((data.instance === undefined) && (missing2 = "instance"))) || ((data.boot === undefined) && (missing2 = "boot"))) || ((data.pid === undefined) && (missing2 = "pid"))) || ((data.cluster === undefined) && (missing2 = "cluster"))) || ((data.service === undefined) && (missing2 = "service"))) || ((data.labels === undefined) && (missing2 = "labels"))) || ((data.offers === undefined) && (missing2 = "offers"))) || ((data.process === undefined) && (missing2 = "process"))) || ((data.predecessor === undefined) && (missing2 = "predecessor"))) || ((data.seen === undefined) && (missing2 = "seen"))) || ((data.table === undefined) && (missing2 = "table"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data.type !== undefined){
let data1 = data.type;
const _errs8 = errors;
if(typeof data1 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("hello" !== data1){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "hello"}}];
return false;
}
var valid4 = _errs8 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.v !== undefined){
const _errs10 = errors;
if(!(validate22(data.v, {instancePath:instancePath+"/v"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid4 = _errs10 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.version !== undefined){
const _errs11 = errors;
if(!(validate24(data.version, {instancePath:instancePath+"/version"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid4 = _errs11 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.instance !== undefined){
const _errs12 = errors;
if(!(validate26(data.instance, {instancePath:instancePath+"/instance"}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid4 = _errs12 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.boot !== undefined){
const _errs13 = errors;
if(!(validate28(data.boot, {instancePath:instancePath+"/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid4 = _errs13 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.pid !== undefined){
const _errs14 = errors;
if(!(validate30(data.pid, {instancePath:instancePath+"/pid"}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
var valid4 = _errs14 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.cluster !== undefined){
let data7 = data.cluster;
const _errs15 = errors;
if(errors === _errs15){
if(typeof data7 === "string"){
if(data7.length > 300){
validate200.errors = [{instancePath:instancePath+"/cluster",keyword:"maxLength",params:{limit: 300}}];
return false;
}
}
else {
validate200.errors = [{instancePath:instancePath+"/cluster",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid4 = _errs15 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.service !== undefined){
let data8 = data.service;
const _errs17 = errors;
const _errs18 = errors;
let valid5 = false;
const _errs19 = errors;
if(errors === _errs19){
if(typeof data8 === "string"){
if(!pattern2.test(data8)){
const err0 = {instancePath:instancePath+"/service",keyword:"pattern",params:{pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/service",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs19 === errors;
valid5 = valid5 || _valid0;
if(!valid5){
const _errs21 = errors;
if(data8 !== null){
const err2 = {instancePath:instancePath+"/service",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs21 === errors;
valid5 = valid5 || _valid0;
}
if(!valid5){
const err3 = {instancePath:instancePath+"/service",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate200.errors = vErrors;
return false;
}
else {
errors = _errs18;
if(vErrors !== null){
if(_errs18){
vErrors.length = _errs18;
}
else {
vErrors = null;
}
}
}
var valid4 = _errs17 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.labels !== undefined){
let data9 = data.labels;
const _errs23 = errors;
if(errors === _errs23){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key0 in data9){
const _errs25 = errors;
if(!(validate32(key0, {instancePath:instancePath+"/labels"}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
var valid6 = _errs25 === errors;
if(!valid6){
const err4 = {instancePath:instancePath+"/labels",keyword:"propertyNames",params:{propertyName: key0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
validate200.errors = vErrors;
return false;
break;
}
}
if(valid6){
const _errs26 = errors;
for(const key1 in data9){
const _errs27 = errors;
if(!(validate33(data9[key1], {instancePath:instancePath+"/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
var valid7 = _errs27 === errors;
if(!valid7){
break;
}
}
if(_errs26 === errors){
if(!conditions.fewLabels.holds(data9)){
validate200.errors = [{instancePath:instancePath+"/labels",keyword:"condition",params:{condition: "fewLabels"}}];
return false;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/labels",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs23 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.offers !== undefined){
let data11 = data.offers;
const _errs28 = errors;
if(errors === _errs28){
if(Array.isArray(data11)){
if(data11.length > 1000){
validate200.errors = [{instancePath:instancePath+"/offers",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid8 = true;
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
const _errs30 = errors;
if(!(validate37(data11[i0], {instancePath:instancePath+"/offers/" + i0}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
var valid8 = _errs30 === errors;
if(!valid8){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/offers",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs28 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.calleeOffers !== undefined){
let data13 = data.calleeOffers;
const _errs31 = errors;
if(errors === _errs31){
if(Array.isArray(data13)){
if(data13.length > 1000){
validate200.errors = [{instancePath:instancePath+"/calleeOffers",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid9 = true;
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
const _errs33 = errors;
if(!(validate37(data13[i1], {instancePath:instancePath+"/calleeOffers/" + i1}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
var valid9 = _errs33 === errors;
if(!valid9){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/calleeOffers",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs31 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.process !== undefined){
let data15 = data.process;
const _errs34 = errors;
const _errs35 = errors;
let valid10 = false;
const _errs36 = errors;
if(errors === _errs36){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing3;
if(((data15.started === undefined) && (missing3 = "started")) || ((data15.machineBoot === undefined) && (missing3 = "machineBoot"))){
const err5 = {instancePath:instancePath+"/process",keyword:"required",params:{missingProperty: missing3}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
else {
if(data15.started !== undefined){
let data16 = data15.started;
const _errs38 = errors;
if(errors === _errs38){
if(typeof data16 === "string"){
if(data16.length > 64){
const err6 = {instancePath:instancePath+"/process/started",keyword:"maxLength",params:{limit: 64}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
else {
if(data16.length < 1){
const err7 = {instancePath:instancePath+"/process/started",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/process/started",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
var valid11 = _errs38 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data15.machineBoot !== undefined){
let data17 = data15.machineBoot;
const _errs40 = errors;
if(errors === _errs40){
if(typeof data17 === "string"){
if(data17.length > 128){
const err9 = {instancePath:instancePath+"/process/machineBoot",keyword:"maxLength",params:{limit: 128}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
else {
if(data17.length < 1){
const err10 = {instancePath:instancePath+"/process/machineBoot",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/process/machineBoot",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
var valid11 = _errs40 === errors;
}
else {
var valid11 = true;
}
if(valid11){
for(const key2 in data15){
if(!((key2 === "started") || (key2 === "machineBoot"))){
delete data15[key2];
}
}
}
}
}
}
else {
const err12 = {instancePath:instancePath+"/process",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
var _valid1 = _errs36 === errors;
valid10 = valid10 || _valid1;
if(!valid10){
const _errs42 = errors;
if(data15 !== null){
const err13 = {instancePath:instancePath+"/process",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
var _valid1 = _errs42 === errors;
valid10 = valid10 || _valid1;
}
if(!valid10){
const err14 = {instancePath:instancePath+"/process",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
validate200.errors = vErrors;
return false;
}
else {
errors = _errs35;
if(vErrors !== null){
if(_errs35){
vErrors.length = _errs35;
}
else {
vErrors = null;
}
}
}
var valid4 = _errs34 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.predecessor !== undefined){
let data18 = data.predecessor;
const _errs44 = errors;
const _errs45 = errors;
let valid12 = false;
const _errs46 = errors;
if(errors === _errs46){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing4;
if((data18.boot === undefined) && (missing4 = "boot")){
const err15 = {instancePath:instancePath+"/predecessor",keyword:"required",params:{missingProperty: missing4}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
else {
if(data18.boot !== undefined){
const _errs48 = errors;
if(!(validate28(data18.boot, {instancePath:instancePath+"/predecessor/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid13 = _errs48 === errors;
}
else {
var valid13 = true;
}
if(valid13){
for(const key3 in data18){
if(!(key3 === "boot")){
delete data18[key3];
}
}
}
}
}
else {
const err16 = {instancePath:instancePath+"/predecessor",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
var _valid2 = _errs46 === errors;
valid12 = valid12 || _valid2;
if(!valid12){
const _errs49 = errors;
if(data18 !== null){
const err17 = {instancePath:instancePath+"/predecessor",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid2 = _errs49 === errors;
valid12 = valid12 || _valid2;
}
if(!valid12){
const err18 = {instancePath:instancePath+"/predecessor",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
validate200.errors = vErrors;
return false;
}
else {
errors = _errs45;
if(vErrors !== null){
if(_errs45){
vErrors.length = _errs45;
}
else {
vErrors = null;
}
}
}
var valid4 = _errs44 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.seen !== undefined){
const _errs51 = errors;
if(!(validate47(data.seen, {instancePath:instancePath+"/seen"}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
var valid4 = _errs51 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.table !== undefined){
let data21 = data.table;
const _errs52 = errors;
if(errors === _errs52){
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
let missing5;
if((((data21.epoch === undefined) && (missing5 = "epoch")) || ((data21.gen === undefined) && (missing5 = "gen"))) || ((data21.ids === undefined) && (missing5 = "ids"))){
validate200.errors = [{instancePath:instancePath+"/table",keyword:"required",params:{missingProperty: missing5}}];
return false;
}
else {
if(data21.epoch !== undefined){
const _errs54 = errors;
if(!(validate22(data21.epoch, {instancePath:instancePath+"/table/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid14 = _errs54 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data21.gen !== undefined){
const _errs55 = errors;
if(!(validate22(data21.gen, {instancePath:instancePath+"/table/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid14 = _errs55 === errors;
}
else {
var valid14 = true;
}
if(valid14){
if(data21.ids !== undefined){
const _errs56 = errors;
if(!(validate53(data21.ids, {instancePath:instancePath+"/table/ids"}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var valid14 = _errs56 === errors;
}
else {
var valid14 = true;
}
if(valid14){
for(const key4 in data21){
if(!(((key4 === "epoch") || (key4 === "gen")) || (key4 === "ids"))){
delete data21[key4];
}
}
}
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/table",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs52 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.knows !== undefined){
let data25 = data.knows;
const _errs57 = errors;
if(errors === _errs57){
if(Array.isArray(data25)){
if(data25.length > 64){
validate200.errors = [{instancePath:instancePath+"/knows",keyword:"maxItems",params:{limit: 64}}];
return false;
}
else {
var valid15 = true;
const len2 = data25.length;
for(let i2=0; i2<len2; i2++){
const _errs59 = errors;
if(!(validate57(data25[i2], {instancePath:instancePath+"/knows/" + i2}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
errors = vErrors.length;
}
var valid15 = _errs59 === errors;
if(!valid15){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/knows",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs57 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.transport !== undefined){
let data27 = data.transport;
const _errs60 = errors;
if(errors === _errs60){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing6;
if(((data27.tier === undefined) && (missing6 = "tier")) || ((data27.because === undefined) && (missing6 = "because"))){
validate200.errors = [{instancePath:instancePath+"/transport",keyword:"required",params:{missingProperty: missing6}}];
return false;
}
else {
if(data27.tier !== undefined){
let data28 = data27.tier;
const _errs62 = errors;
if(!(validate33(data28, {instancePath:instancePath+"/transport/tier"}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
if(errors === _errs62){
if(typeof data28 === "string"){
if(data28.length < 1){
validate200.errors = [{instancePath:instancePath+"/transport/tier",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
var valid16 = _errs62 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data27.because !== undefined){
let data29 = data27.because;
const _errs64 = errors;
const _errs65 = errors;
let valid18 = false;
const _errs66 = errors;
if(!(validate60(data29, {instancePath:instancePath+"/transport/because"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var _valid3 = _errs66 === errors;
valid18 = valid18 || _valid3;
if(!valid18){
const _errs67 = errors;
if(data29 !== null){
const err19 = {instancePath:instancePath+"/transport/because",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
var _valid3 = _errs67 === errors;
valid18 = valid18 || _valid3;
}
if(!valid18){
const err20 = {instancePath:instancePath+"/transport/because",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
validate200.errors = vErrors;
return false;
}
else {
errors = _errs65;
if(vErrors !== null){
if(_errs65){
vErrors.length = _errs65;
}
else {
vErrors = null;
}
}
}
var valid16 = _errs64 === errors;
}
else {
var valid16 = true;
}
if(valid16){
for(const key5 in data27){
if(!((key5 === "tier") || (key5 === "because"))){
delete data27[key5];
}
}
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/transport",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs60 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.processes !== undefined){
let data30 = data.processes;
const _errs69 = errors;
if(errors === _errs69){
if(Array.isArray(data30)){
if(data30.length > 1000){
validate200.errors = [{instancePath:instancePath+"/processes",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid19 = true;
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
const _errs71 = errors;
if(!(validate38(data30[i3], {instancePath:instancePath+"/processes/" + i3}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid19 = _errs71 === errors;
if(!valid19){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/processes",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs69 === errors;
}
else {
var valid4 = true;
}
if(valid4){
for(const key6 in data){
if(!((((((((((((((((((key6 === "type") || (key6 === "v")) || (key6 === "version")) || (key6 === "instance")) || (key6 === "boot")) || (key6 === "pid")) || (key6 === "cluster")) || (key6 === "service")) || (key6 === "labels")) || (key6 === "offers")) || (key6 === "calleeOffers")) || (key6 === "process")) || (key6 === "predecessor")) || (key6 === "seen")) || (key6 === "table")) || (key6 === "knows")) || (key6 === "transport")) || (key6 === "processes"))){
delete data[key6];
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
}
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "serving"){
const _errs72 = errors;
if(errors === _errs72){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing7;
if(((((data.type === undefined) && (missing7 = "type")) || ((data.session === undefined) && (missing7 = "session"))) || ((data.edges === undefined) && (missing7 = "edges"))) || ((data.failed === undefined) && (missing7 = "failed"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing7}}];
return false;
}
else {
if(data.type !== undefined){
let data32 = data.type;
const _errs74 = errors;
if(typeof data32 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("serving" !== data32){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "serving"}}];
return false;
}
var valid21 = _errs74 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.session !== undefined){
const _errs76 = errors;
if(!(validate63(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
var valid21 = _errs76 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.edges !== undefined){
let data34 = data.edges;
const _errs77 = errors;
if(errors === _errs77){
if(Array.isArray(data34)){
if(data34.length > 10000){
validate200.errors = [{instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid22 = true;
const len4 = data34.length;
for(let i4=0; i4<len4; i4++){
const _errs79 = errors;
if(!(validate65(data34[i4], {instancePath:instancePath+"/edges/" + i4}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid22 = _errs79 === errors;
if(!valid22){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid21 = _errs77 === errors;
}
else {
var valid21 = true;
}
if(valid21){
if(data.failed !== undefined){
let data36 = data.failed;
const _errs80 = errors;
if(errors === _errs80){
if(Array.isArray(data36)){
if(data36.length > 10000){
validate200.errors = [{instancePath:instancePath+"/failed",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid23 = true;
const len5 = data36.length;
for(let i5=0; i5<len5; i5++){
const _errs82 = errors;
if(!(validate69(data36[i5], {instancePath:instancePath+"/failed/" + i5}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
var valid23 = _errs82 === errors;
if(!valid23){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/failed",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid21 = _errs80 === errors;
}
else {
var valid21 = true;
}
if(valid21){
for(const key7 in data){
if(!((((key7 === "type") || (key7 === "session")) || (key7 === "edges")) || (key7 === "failed"))){
delete data[key7];
}
}
}
}
}
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "pulse"){
const _errs83 = errors;
if(errors === _errs83){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((((((((data.type === undefined) && (missing8 = "type")) || ((data.session === undefined) && (missing8 = "session"))) || ((data.n === undefined) && (missing8 = "n"))) || ((data.table === undefined) && (missing8 = "table"))) || ((data.remains === undefined) && (missing8 = "remains"))) || ((data.receipts === undefined) && (missing8 = "receipts"))) || ((data.watches === undefined) && (missing8 = "watches"))) || ((data.edges === undefined) && (missing8 = "edges"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing8}}];
return false;
}
else {
if(data.type !== undefined){
let data38 = data.type;
const _errs85 = errors;
if(typeof data38 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("pulse" !== data38){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "pulse"}}];
return false;
}
var valid25 = _errs85 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.session !== undefined){
const _errs87 = errors;
if(!(validate63(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
var valid25 = _errs87 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.n !== undefined){
const _errs88 = errors;
if(!(validate22(data.n, {instancePath:instancePath+"/n"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid25 = _errs88 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.table !== undefined){
const _errs89 = errors;
if(!(validate47(data.table, {instancePath:instancePath+"/table"}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
var valid25 = _errs89 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.remains !== undefined){
const _errs90 = errors;
if(!(validate76(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid25 = _errs90 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.receipts !== undefined){
const _errs91 = errors;
if(!(validate83(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
var valid25 = _errs91 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.watches !== undefined){
const _errs92 = errors;
if(!(validate121(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate121.errors : vErrors.concat(validate121.errors);
errors = vErrors.length;
}
var valid25 = _errs92 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.edges !== undefined){
let data45 = data.edges;
const _errs93 = errors;
if(errors === _errs93){
if(Array.isArray(data45)){
if(data45.length > 20000){
validate200.errors = [{instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 20000}}];
return false;
}
else {
var valid26 = true;
const len6 = data45.length;
for(let i6=0; i6<len6; i6++){
const _errs95 = errors;
if(!(validate138(data45[i6], {instancePath:instancePath+"/edges/" + i6}))){
vErrors = vErrors === null ? validate138.errors : vErrors.concat(validate138.errors);
errors = vErrors.length;
}
var valid26 = _errs95 === errors;
if(!valid26){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid25 = _errs93 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.unchanged !== undefined){
const _errs96 = errors;
if(!(validate22(data.unchanged, {instancePath:instancePath+"/unchanged"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid25 = _errs96 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.stalls !== undefined){
let data48 = data.stalls;
const _errs98 = errors;
if(errors === _errs98){
if(Array.isArray(data48)){
if(data48.length > 20){
validate200.errors = [{instancePath:instancePath+"/stalls",keyword:"maxItems",params:{limit: 20}}];
return false;
}
else {
var valid28 = true;
const len7 = data48.length;
for(let i7=0; i7<len7; i7++){
const _errs100 = errors;
if(!(validate152(data48[i7], {instancePath:instancePath+"/stalls/" + i7}))){
vErrors = vErrors === null ? validate152.errors : vErrors.concat(validate152.errors);
errors = vErrors.length;
}
var valid28 = _errs100 === errors;
if(!valid28){
break;
}
}
}
}
else {
validate200.errors = [{instancePath:instancePath+"/stalls",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid25 = _errs98 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.marks !== undefined){
let data50 = data.marks;
const _errs101 = errors;
if(errors === _errs101){
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
let missing9;
if(((data50.sentMs === undefined) && (missing9 = "sentMs")) || ((data50.reports === undefined) && (missing9 = "reports"))){
validate200.errors = [{instancePath:instancePath+"/marks",keyword:"required",params:{missingProperty: missing9}}];
return false;
}
else {
if(data50.sentMs !== undefined){
const _errs103 = errors;
if(!(validate88(data50.sentMs, {instancePath:instancePath+"/marks/sentMs"}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
errors = vErrors.length;
}
var valid29 = _errs103 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data50.reports !== undefined){
const _errs104 = errors;
if(!(validate158(data50.reports, {instancePath:instancePath+"/marks/reports"}))){
vErrors = vErrors === null ? validate158.errors : vErrors.concat(validate158.errors);
errors = vErrors.length;
}
var valid29 = _errs104 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data50.more !== undefined){
const _errs105 = errors;
if(!(validate163(data50.more, {instancePath:instancePath+"/marks/more"}))){
vErrors = vErrors === null ? validate163.errors : vErrors.concat(validate163.errors);
errors = vErrors.length;
}
var valid29 = _errs105 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(!conditions.fewMarks.holds(data50)){
validate200.errors = [{instancePath:instancePath+"/marks",keyword:"condition",params:{condition: "fewMarks"}}];
return false;
}
else {
for(const key8 in data50){
if(!(((key8 === "sentMs") || (key8 === "reports")) || (key8 === "more"))){
validate200.errors = [{instancePath:instancePath+"/marks",keyword:"onlyKeys",params:{additionalProperty: key8}}];
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
validate200.errors = [{instancePath:instancePath+"/marks",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid25 = _errs101 === errors;
}
else {
var valid25 = true;
}
if(valid25){
if(data.strangers !== undefined){
const _errs107 = errors;
if(!(validate22(data.strangers, {instancePath:instancePath+"/strangers"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid25 = _errs107 === errors;
}
else {
var valid25 = true;
}
if(valid25){
for(const key9 in data){
if(!((((((((((((key9 === "type") || (key9 === "session")) || (key9 === "n")) || (key9 === "table")) || (key9 === "remains")) || (key9 === "receipts")) || (key9 === "watches")) || (key9 === "edges")) || (key9 === "unchanged")) || (key9 === "stalls")) || (key9 === "marks")) || (key9 === "strangers"))){
delete data[key9];
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
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "applied"){
const _errs109 = errors;
if(errors === _errs109){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing10;
if(((((data.type === undefined) && (missing10 = "type")) || ((data.session === undefined) && (missing10 = "session"))) || ((data.epoch === undefined) && (missing10 = "epoch"))) || ((data.gen === undefined) && (missing10 = "gen"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing10}}];
return false;
}
else {
if(data.type !== undefined){
let data55 = data.type;
const _errs111 = errors;
if(typeof data55 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("applied" !== data55){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "applied"}}];
return false;
}
var valid32 = _errs111 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.session !== undefined){
const _errs113 = errors;
if(!(validate63(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
var valid32 = _errs113 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.epoch !== undefined){
const _errs114 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid32 = _errs114 === errors;
}
else {
var valid32 = true;
}
if(valid32){
if(data.gen !== undefined){
const _errs115 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid32 = _errs115 === errors;
}
else {
var valid32 = true;
}
if(valid32){
for(const key10 in data){
if(!((((key10 === "type") || (key10 === "session")) || (key10 === "epoch")) || (key10 === "gen"))){
delete data[key10];
}
}
}
}
}
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "refused"){
const _errs116 = errors;
if(errors === _errs116){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing11;
if((((((((data.type === undefined) && (missing11 = "type")) || ((data.session === undefined) && (missing11 = "session"))) || ((data.epoch === undefined) && (missing11 = "epoch"))) || ((data.gen === undefined) && (missing11 = "gen"))) || ((data.why === undefined) && (missing11 = "why"))) || ((data.detail === undefined) && (missing11 = "detail"))) || ((data.seen === undefined) && (missing11 = "seen"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing11}}];
return false;
}
else {
if(data.type !== undefined){
let data59 = data.type;
const _errs118 = errors;
if(typeof data59 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("refused" !== data59){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "refused"}}];
return false;
}
var valid34 = _errs118 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.session !== undefined){
const _errs120 = errors;
if(!(validate63(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
var valid34 = _errs120 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.epoch !== undefined){
const _errs121 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid34 = _errs121 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.gen !== undefined){
const _errs122 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid34 = _errs122 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.why !== undefined){
let data63 = data.why;
const _errs123 = errors;
if(typeof data63 !== "string"){
validate200.errors = [{instancePath:instancePath+"/why",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data63 === "stale") || (data63 === "fenced")) || (data63 === "unsupported")) || (data63 === "policy"))){
validate200.errors = [{instancePath:instancePath+"/why",keyword:"enum",params:{allowedValues: ["stale","fenced","unsupported","policy"]}}];
return false;
}
var valid34 = _errs123 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.detail !== undefined){
const _errs125 = errors;
if(!(validate60(data.detail, {instancePath:instancePath+"/detail"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var valid34 = _errs125 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data.seen !== undefined){
const _errs126 = errors;
if(!(validate47(data.seen, {instancePath:instancePath+"/seen"}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
var valid34 = _errs126 === errors;
}
else {
var valid34 = true;
}
if(valid34){
for(const key11 in data){
if(!(((((((key11 === "type") || (key11 === "session")) || (key11 === "epoch")) || (key11 === "gen")) || (key11 === "why")) || (key11 === "detail")) || (key11 === "seen"))){
delete data[key11];
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
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "lapsed"){
const _errs127 = errors;
if(errors === _errs127){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing12;
if(((((data.type === undefined) && (missing12 = "type")) || ((data.epoch === undefined) && (missing12 = "epoch"))) || ((data.gen === undefined) && (missing12 = "gen"))) || ((data.why === undefined) && (missing12 = "why"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing12}}];
return false;
}
else {
if(data.type !== undefined){
let data66 = data.type;
const _errs129 = errors;
if(typeof data66 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("lapsed" !== data66){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "lapsed"}}];
return false;
}
var valid36 = _errs129 === errors;
}
else {
var valid36 = true;
}
if(valid36){
if(data.epoch !== undefined){
const _errs131 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid36 = _errs131 === errors;
}
else {
var valid36 = true;
}
if(valid36){
if(data.gen !== undefined){
const _errs132 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid36 = _errs132 === errors;
}
else {
var valid36 = true;
}
if(valid36){
if(data.why !== undefined){
const _errs133 = errors;
if(!(validate60(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
var valid36 = _errs133 === errors;
}
else {
var valid36 = true;
}
if(valid36){
for(const key12 in data){
if(!((((key12 === "type") || (key12 === "epoch")) || (key12 === "gen")) || (key12 === "why"))){
delete data[key12];
}
}
}
}
}
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "leaving"){
const _errs134 = errors;
if(errors === _errs134){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing13;
if(((((((((data.type === undefined) && (missing13 = "type")) || ((data.session === undefined) && (missing13 = "session"))) || ((data.epoch === undefined) && (missing13 = "epoch"))) || ((data.gen === undefined) && (missing13 = "gen"))) || ((data.isOver === undefined) && (missing13 = "isOver"))) || ((data.remains === undefined) && (missing13 = "remains"))) || ((data.receipts === undefined) && (missing13 = "receipts"))) || ((data.watches === undefined) && (missing13 = "watches"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing13}}];
return false;
}
else {
if(data.type !== undefined){
let data70 = data.type;
const _errs136 = errors;
if(typeof data70 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("leaving" !== data70){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "leaving"}}];
return false;
}
var valid38 = _errs136 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.session !== undefined){
const _errs138 = errors;
if(!(validate63(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
var valid38 = _errs138 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.epoch !== undefined){
const _errs139 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid38 = _errs139 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.gen !== undefined){
const _errs140 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid38 = _errs140 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.isOver !== undefined){
const _errs141 = errors;
if(typeof data.isOver !== "boolean"){
validate200.errors = [{instancePath:instancePath+"/isOver",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid38 = _errs141 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.remains !== undefined){
const _errs143 = errors;
if(!(validate76(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid38 = _errs143 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.receipts !== undefined){
const _errs144 = errors;
if(!(validate83(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
var valid38 = _errs144 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data.watches !== undefined){
const _errs145 = errors;
if(!(validate121(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate121.errors : vErrors.concat(validate121.errors);
errors = vErrors.length;
}
var valid38 = _errs145 === errors;
}
else {
var valid38 = true;
}
if(valid38){
for(const key13 in data){
if(!((((((((key13 === "type") || (key13 === "session")) || (key13 === "epoch")) || (key13 === "gen")) || (key13 === "isOver")) || (key13 === "remains")) || (key13 === "receipts")) || (key13 === "watches"))){
delete data[key13];
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
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "attest"){
const _errs146 = errors;
if(errors === _errs146){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing14;
if(((((((((data.type === undefined) && (missing14 = "type")) || ((data.nonce === undefined) && (missing14 = "nonce"))) || ((data.boot === undefined) && (missing14 = "boot"))) || ((data.epoch === undefined) && (missing14 = "epoch"))) || ((data.gen === undefined) && (missing14 = "gen"))) || ((data.remains === undefined) && (missing14 = "remains"))) || ((data.receipts === undefined) && (missing14 = "receipts"))) || ((data.watches === undefined) && (missing14 = "watches"))){
validate200.errors = [{instancePath,keyword:"required",params:{missingProperty: missing14}}];
return false;
}
else {
if(data.type !== undefined){
let data78 = data.type;
const _errs148 = errors;
if(typeof data78 !== "string"){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("attest" !== data78){
validate200.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "attest"}}];
return false;
}
var valid40 = _errs148 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.nonce !== undefined){
const _errs150 = errors;
if(!(validate183(data.nonce, {instancePath:instancePath+"/nonce"}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
var valid40 = _errs150 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.boot !== undefined){
const _errs151 = errors;
if(!(validate28(data.boot, {instancePath:instancePath+"/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid40 = _errs151 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.epoch !== undefined){
const _errs152 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid40 = _errs152 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.gen !== undefined){
const _errs153 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid40 = _errs153 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.remains !== undefined){
const _errs154 = errors;
if(!(validate76(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid40 = _errs154 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.receipts !== undefined){
const _errs155 = errors;
if(!(validate83(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
var valid40 = _errs155 === errors;
}
else {
var valid40 = true;
}
if(valid40){
if(data.watches !== undefined){
const _errs156 = errors;
if(!(validate121(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate121.errors : vErrors.concat(validate121.errors);
errors = vErrors.length;
}
var valid40 = _errs156 === errors;
}
else {
var valid40 = true;
}
if(valid40){
for(const key14 in data){
if(!((((((((key14 === "type") || (key14 === "nonce")) || (key14 === "boot")) || (key14 === "epoch")) || (key14 === "gen")) || (key14 === "remains")) || (key14 === "receipts")) || (key14 === "watches"))){
delete data[key14];
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
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else {
validate200.errors = [{instancePath,keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0}}];
return false;
}
}
else {
validate200.errors = [{instancePath,keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0}}];
return false;
}
}
}
else {
validate200.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
validate200.errors = vErrors;
return errors === 0;
}

export const foreignHello = validate259;
const schema45 = {"type":"object","properties":{"type":{"type":"string","const":"hello"},"v":{"$ref":"#/definitions/__schema0"},"version":{"$ref":"#/definitions/__schema1"},"instance":{"$ref":"#/definitions/__schema2"},"boot":{"$ref":"#/definitions/__schema3"},"pid":{"$ref":"#/definitions/__schema4"},"table":{"type":"object","properties":{"ids":{"$ref":"#/definitions/__schema11"}},"required":["ids"],"passesOver":["ids"]}},"required":["type","v","version","instance","boot","pid","table"],"passesOver":["type","v","version","instance","boot","pid","table"]};

function validate259(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.type === undefined) && (missing0 = "type")) || ((data.v === undefined) && (missing0 = "v"))) || ((data.version === undefined) && (missing0 = "version"))) || ((data.instance === undefined) && (missing0 = "instance"))) || ((data.boot === undefined) && (missing0 = "boot"))) || ((data.pid === undefined) && (missing0 = "pid"))) || ((data.table === undefined) && (missing0 = "table"))){
validate259.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate259.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("hello" !== data0){
validate259.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "hello"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.v !== undefined){
const _errs3 = errors;
if(!(validate22(data.v, {instancePath:instancePath+"/v"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.version !== undefined){
const _errs4 = errors;
if(!(validate24(data.version, {instancePath:instancePath+"/version"}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.instance !== undefined){
const _errs5 = errors;
if(!(validate26(data.instance, {instancePath:instancePath+"/instance"}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.boot !== undefined){
const _errs6 = errors;
if(!(validate28(data.boot, {instancePath:instancePath+"/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pid !== undefined){
const _errs7 = errors;
if(!(validate30(data.pid, {instancePath:instancePath+"/pid"}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.table !== undefined){
let data6 = data.table;
const _errs8 = errors;
if(errors === _errs8){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((data6.ids === undefined) && (missing1 = "ids")){
validate259.errors = [{instancePath:instancePath+"/table",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data6.ids !== undefined){
const _errs10 = errors;
if(!(validate53(data6.ids, {instancePath:instancePath+"/table/ids"}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
var valid1 = _errs10 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data6){
if(!(key0 === "ids")){
delete data6[key0];
}
}
}
}
}
else {
validate259.errors = [{instancePath:instancePath+"/table",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key1 in data){
if(!(((((((key1 === "type") || (key1 === "v")) || (key1 === "version")) || (key1 === "instance")) || (key1 === "boot")) || (key1 === "pid")) || (key1 === "table"))){
delete data[key1];
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
validate259.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate259.errors = vErrors;
return errors === 0;
}

export const foreignAttest = validate266;
const schema46 = {"type":"object","properties":{"type":{"type":"string","const":"attest"},"nonce":{"$ref":"#/definitions/__schema36"},"boot":{"$ref":"#/definitions/__schema3"},"remains":{"$ref":"#/definitions/__schema18"}},"required":["type","nonce","boot","remains"],"passesOver":["type","nonce","boot","remains"]};

function validate266(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.type === undefined) && (missing0 = "type")) || ((data.nonce === undefined) && (missing0 = "nonce"))) || ((data.boot === undefined) && (missing0 = "boot"))) || ((data.remains === undefined) && (missing0 = "remains"))){
validate266.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate266.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("attest" !== data0){
validate266.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "attest"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.nonce !== undefined){
const _errs3 = errors;
if(!(validate183(data.nonce, {instancePath:instancePath+"/nonce"}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.boot !== undefined){
const _errs4 = errors;
if(!(validate28(data.boot, {instancePath:instancePath+"/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.remains !== undefined){
const _errs5 = errors;
if(!(validate76(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
for(const key0 in data){
if(!((((key0 === "type") || (key0 === "nonce")) || (key0 === "boot")) || (key0 === "remains"))){
delete data[key0];
}
}
}
}
}
}
}
}
else {
validate266.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate266.errors = vErrors;
return errors === 0;
}

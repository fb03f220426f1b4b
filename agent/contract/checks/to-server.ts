// @ts-nocheck
/** Written by `npm run contract` from `agent/contract/schemas/`: never changed by hand. */
import { conditions } from "../conditions.ts";

export const toServer = validate201;
const schema44 = {"allOf":[{"type":"object","properties":{"type":{"enum":["hello","serving","pulse","applied","refused","lapsed","leaving","attest"]}},"required":["type"]},{"type":"object","discriminator":{"propertyName":"type"},"oneOf":[{"type":"object","properties":{"type":{"type":"string","const":"hello"},"v":{"$ref":"#/definitions/__schema0"},"version":{"$ref":"#/definitions/__schema1"},"instance":{"$ref":"#/definitions/__schema2"},"boot":{"$ref":"#/definitions/__schema3"},"pid":{"$ref":"#/definitions/__schema4"},"cluster":{"type":"string","maxLength":300},"service":{"anyOf":[{"type":"string","pattern":"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"},{"type":"null"}]},"labels":{"type":"object","propertyNames":{"$ref":"#/definitions/__schema5"},"additionalProperties":{"$ref":"#/definitions/__schema6"},"condition":"fewLabels"},"offers":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema7"}},"calleeOffers":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema7"}},"process":{"anyOf":[{"type":"object","properties":{"started":{"type":"string","minLength":1,"maxLength":64},"machineBoot":{"type":"string","minLength":1,"maxLength":128}},"required":["started","machineBoot"],"passesOver":["started","machineBoot"]},{"type":"null"}]},"clock":{"type":"object","properties":{"of":{"type":"string","minLength":1,"maxLength":128},"zeroMs":{"$ref":"#/definitions/__schema10"}},"required":["of","zeroMs"],"passesOver":["of","zeroMs"]},"predecessor":{"anyOf":[{"type":"object","properties":{"boot":{"$ref":"#/definitions/__schema3"}},"required":["boot"],"passesOver":["boot"]},{"type":"null"}]},"seen":{"$ref":"#/definitions/__schema11"},"table":{"type":"object","properties":{"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"ids":{"$ref":"#/definitions/__schema12"}},"required":["epoch","gen","ids"],"passesOver":["epoch","gen","ids"]},"knows":{"maxItems":64,"type":"array","items":{"$ref":"#/definitions/__schema14"}},"transport":{"type":"object","properties":{"tier":{"minLength":1,"allOf":[{"$ref":"#/definitions/__schema6"}]},"because":{"anyOf":[{"$ref":"#/definitions/__schema15"},{"type":"null"}]}},"required":["tier","because"],"passesOver":["tier","because"]},"processes":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema8"}}},"required":["type","v","version","instance","boot","pid","cluster","service","labels","offers","process","predecessor","seen","table"],"passesOver":["type","v","version","instance","boot","pid","cluster","service","labels","offers","calleeOffers","process","clock","predecessor","seen","table","knows","transport","processes"]},{"type":"object","properties":{"type":{"type":"string","const":"serving"},"session":{"$ref":"#/definitions/__schema16"},"edges":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema17"}},"failed":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema18"}}},"required":["type","session","edges","failed"],"passesOver":["type","session","edges","failed"]},{"type":"object","properties":{"type":{"type":"string","const":"pulse"},"session":{"$ref":"#/definitions/__schema16"},"n":{"$ref":"#/definitions/__schema0"},"table":{"$ref":"#/definitions/__schema11"},"remains":{"$ref":"#/definitions/__schema19"},"receipts":{"$ref":"#/definitions/__schema20"},"watches":{"$ref":"#/definitions/__schema27"},"edges":{"maxItems":20000,"type":"array","items":{"$ref":"#/definitions/__schema30"}},"unchanged":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"stalls":{"maxItems":20,"type":"array","items":{"$ref":"#/definitions/__schema32"}},"marks":{"type":"object","properties":{"sentMs":{"$ref":"#/definitions/__schema10"},"reports":{"$ref":"#/definitions/__schema33"},"more":{"$ref":"#/definitions/__schema35"}},"required":["sentMs","reports"],"condition":"fewMarks","onlyKeys":["sentMs","reports","more"]},"strangers":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["type","session","n","table","remains","receipts","watches","edges"],"passesOver":["type","session","n","table","remains","receipts","watches","edges","unchanged","stalls","marks","strangers"]},{"type":"object","properties":{"type":{"type":"string","const":"applied"},"session":{"$ref":"#/definitions/__schema16"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"}},"required":["type","session","epoch","gen"],"passesOver":["type","session","epoch","gen"]},{"type":"object","properties":{"type":{"type":"string","const":"refused"},"session":{"$ref":"#/definitions/__schema16"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"why":{"type":"string","enum":["stale","fenced","unsupported","policy"]},"detail":{"$ref":"#/definitions/__schema15"},"seen":{"$ref":"#/definitions/__schema11"}},"required":["type","session","epoch","gen","why","detail","seen"],"passesOver":["type","session","epoch","gen","why","detail","seen"]},{"type":"object","properties":{"type":{"type":"string","const":"lapsed"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"why":{"$ref":"#/definitions/__schema15"}},"required":["type","epoch","gen","why"],"passesOver":["type","epoch","gen","why"]},{"type":"object","properties":{"type":{"type":"string","const":"leaving"},"session":{"$ref":"#/definitions/__schema16"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"isOver":{"type":"boolean"},"remains":{"$ref":"#/definitions/__schema19"},"receipts":{"$ref":"#/definitions/__schema20"},"watches":{"$ref":"#/definitions/__schema27"}},"required":["type","session","epoch","gen","isOver","remains","receipts","watches"],"passesOver":["type","session","epoch","gen","isOver","remains","receipts","watches"]},{"type":"object","properties":{"type":{"type":"string","const":"attest"},"nonce":{"$ref":"#/definitions/__schema36"},"boot":{"$ref":"#/definitions/__schema3"},"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"},"remains":{"$ref":"#/definitions/__schema19"},"receipts":{"$ref":"#/definitions/__schema20"},"watches":{"$ref":"#/definitions/__schema27"}},"required":["type","nonce","boot","epoch","gen","remains","receipts","watches"],"passesOver":["type","nonce","boot","epoch","gen","remains","receipts","watches"]}],"required":["type"]}]};
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

const schema17 = {"type":"number","minimum":0};

function validate46(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data < 0 || isNaN(data)){
validate46.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 0}}];
return false;
}
}
else {
validate46.errors = [{instancePath,keyword:"type",params:{type: "number"}}];
return false;
}
}
validate46.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"object","properties":{"epoch":{"$ref":"#/definitions/__schema0"},"gen":{"$ref":"#/definitions/__schema0"}},"required":["epoch","gen"],"passesOver":["epoch","gen"]};

function validate49(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.epoch === undefined) && (missing0 = "epoch")) || ((data.gen === undefined) && (missing0 = "gen"))){
validate49.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
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
validate49.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate49.errors = vErrors;
return errors === 0;
}

const schema19 = {"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema13"}};
const schema20 = {"type":"string","minLength":1,"maxLength":512};

function validate56(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate56.errors = [{instancePath,keyword:"maxLength",params:{limit: 512}}];
return false;
}
else {
if(data.length < 1){
validate56.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate56.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate56.errors = vErrors;
return errors === 0;
}


function validate55(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 10000){
validate55.errors = [{instancePath,keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate56(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate55.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate55.errors = vErrors;
return errors === 0;
}

const schema21 = {"type":"string","maxLength":63};

function validate59(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 63){
validate59.errors = [{instancePath,keyword:"maxLength",params:{limit: 63}}];
return false;
}
}
else {
validate59.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate59.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"string","maxLength":512};

function validate62(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 512){
validate62.errors = [{instancePath,keyword:"maxLength",params:{limit: 512}}];
return false;
}
}
else {
validate62.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate62.errors = vErrors;
return errors === 0;
}

const schema23 = {"type":"string","minLength":1,"maxLength":64};

function validate65(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate65.errors = [{instancePath,keyword:"maxLength",params:{limit: 64}}];
return false;
}
else {
if(data.length < 1){
validate65.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate65.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate65.errors = vErrors;
return errors === 0;
}

const schema24 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema13"},"listen":{"$ref":"#/definitions/__schema9"}},"required":["id","listen"],"onlyKeys":["id","listen"]};

function validate67(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.id === undefined) && (missing0 = "id")) || ((data.listen === undefined) && (missing0 = "listen"))){
validate67.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate56(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate67.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate67.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate67.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema13"},"why":{"$ref":"#/definitions/__schema15"}},"required":["id","why"],"onlyKeys":["id","why"]};

function validate71(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.id === undefined) && (missing0 = "id")) || ((data.why === undefined) && (missing0 = "why"))){
validate71.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate56(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
if(!(validate62(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
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
validate71.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate71.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate71.errors = vErrors;
return errors === 0;
}

const schema26 = {"type":"object","properties":{"live":{"$ref":"#/definitions/__schema0"},"held":{"$ref":"#/definitions/__schema0"},"wounded":{"$ref":"#/definitions/__schema0"},"external":{"$ref":"#/definitions/__schema0"},"externalRuns":{"maxItems":10000,"type":"array","items":{"$ref":"#/definitions/__schema13"}}},"required":["live","held","wounded","external"],"passesOver":["live","held","wounded","external","externalRuns"]};

function validate78(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.live === undefined) && (missing0 = "live")) || ((data.held === undefined) && (missing0 = "held"))) || ((data.wounded === undefined) && (missing0 = "wounded"))) || ((data.external === undefined) && (missing0 = "external"))){
validate78.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
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
validate78.errors = [{instancePath:instancePath+"/externalRuns",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid1 = true;
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
const _errs7 = errors;
if(!(validate56(data4[i0], {instancePath:instancePath+"/externalRuns/" + i0}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate78.errors = [{instancePath:instancePath+"/externalRuns",keyword:"type",params:{type: "array"}}];
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
validate78.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate78.errors = vErrors;
return errors === 0;
}

const schema27 = {"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema21"}};
const schema28 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema13"},"fault":{"$ref":"#/definitions/__schema13"},"edge":{"$ref":"#/definitions/__schema13"},"unit":{"type":"string","enum":["exchange","connection"]},"liveMs":{"$ref":"#/definitions/__schema10"},"seen":{"$ref":"#/definitions/__schema0"},"matched":{"$ref":"#/definitions/__schema0"},"injected":{"$ref":"#/definitions/__schema0"},"spared":{"$ref":"#/definitions/__schema0"},"capped":{"$ref":"#/definitions/__schema0"},"untouched":{"$ref":"#/definitions/__schema0"},"ordinals":{"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema22"}},"markedHits":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"requests":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"markedRequests":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"unread":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"endpoints":{"allOf":[{"$ref":"#/definitions/__schema23"}]},"exhausted":{"maxItems":2,"type":"array","items":{"$ref":"#/definitions/__schema25"}},"escaped":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"escapedBy":{"type":"string","const":"redirect"},"absences":{"maxItems":64,"type":"array","items":{"$ref":"#/definitions/__schema26"}},"squeezed":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstHitMs":{"allOf":[{"$ref":"#/definitions/__schema10"}]},"firstCappedMs":{"allOf":[{"$ref":"#/definitions/__schema10"}]}},"required":["id","fault","edge","unit","liveMs","seen","matched","injected","spared","capped","untouched","ordinals"],"onlyKeys":["id","fault","edge","unit","liveMs","seen","matched","injected","spared","capped","untouched","ordinals","markedHits","requests","markedRequests","unread","endpoints","exhausted","escaped","escapedBy","absences","squeezed","firstHitMs","firstCappedMs"]};
const schema29 = {"type":"integer","minimum":1,"maximum":9007199254740991};

function validate97(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
validate97.errors = [{instancePath,keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === 0){
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
validate97.errors = [{instancePath,keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data < 1 || isNaN(data)){
validate97.errors = [{instancePath,keyword:"minimum",params:{comparison: ">=", limit: 1}}];
return false;
}
}
}
}
validate97.errors = vErrors;
return errors === 0;
}

const schema30 = {"type":"object","propertyNames":{"$ref":"#/definitions/__schema24"},"additionalProperties":{"$ref":"#/definitions/__schema0"},"condition":"fewEndpoints"};
const schema31 = {"type":"string","minLength":1,"maxLength":300};

function validate104(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 300){
validate104.errors = [{instancePath,keyword:"maxLength",params:{limit: 300}}];
return false;
}
else {
if(data.length < 1){
validate104.errors = [{instancePath,keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate104.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate104.errors = vErrors;
return errors === 0;
}


function validate103(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(!(validate104(key0, {instancePath}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
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
validate103.errors = vErrors;
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
validate103.errors = [{instancePath,keyword:"condition",params:{condition: "fewEndpoints"}}];
return false;
}
}
}
}
else {
validate103.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate103.errors = vErrors;
return errors === 0;
}

const schema32 = {"type":"object","properties":{"of":{"type":"string","enum":["descriptors","ports"]},"refused":{"$ref":"#/definitions/__schema0"},"limit":{"allOf":[{"$ref":"#/definitions/__schema0"}]}},"required":["of","refused"],"onlyKeys":["of","refused","limit"]};

function validate108(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.of === undefined) && (missing0 = "of")) || ((data.refused === undefined) && (missing0 = "refused"))){
validate108.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.of !== undefined){
let data0 = data.of;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate108.errors = [{instancePath:instancePath+"/of",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data0 === "descriptors") || (data0 === "ports"))){
validate108.errors = [{instancePath:instancePath+"/of",keyword:"enum",params:{allowedValues: ["descriptors","ports"]}}];
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
validate108.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate108.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate108.errors = vErrors;
return errors === 0;
}

const schema33 = {"type":"object","properties":{"fromMs":{"$ref":"#/definitions/__schema10"},"toMs":{"allOf":[{"$ref":"#/definitions/__schema10"}]}},"required":["fromMs"],"onlyKeys":["fromMs","toMs"]};

function validate113(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.fromMs === undefined) && (missing0 = "fromMs")){
validate113.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.fromMs !== undefined){
const _errs1 = errors;
if(!(validate46(data.fromMs, {instancePath:instancePath+"/fromMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
if(!(validate46(data.toMs, {instancePath:instancePath+"/toMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
validate113.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate113.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate113.errors = vErrors;
return errors === 0;
}


function validate86(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((((data.id === undefined) && (missing0 = "id")) || ((data.fault === undefined) && (missing0 = "fault"))) || ((data.edge === undefined) && (missing0 = "edge"))) || ((data.unit === undefined) && (missing0 = "unit"))) || ((data.liveMs === undefined) && (missing0 = "liveMs"))) || ((data.seen === undefined) && (missing0 = "seen"))) || ((data.matched === undefined) && (missing0 = "matched"))) || ((data.injected === undefined) && (missing0 = "injected"))) || ((data.spared === undefined) && (missing0 = "spared"))) || ((data.capped === undefined) && (missing0 = "capped"))) || ((data.untouched === undefined) && (missing0 = "untouched"))) || ((data.ordinals === undefined) && (missing0 = "ordinals"))){
validate86.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate56(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
if(!(validate56(data.fault, {instancePath:instancePath+"/fault"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
if(!(validate56(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate86.errors = [{instancePath:instancePath+"/unit",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data3 === "exchange") || (data3 === "connection"))){
validate86.errors = [{instancePath:instancePath+"/unit",keyword:"enum",params:{allowedValues: ["exchange","connection"]}}];
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
if(!(validate46(data.liveMs, {instancePath:instancePath+"/liveMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
validate86.errors = [{instancePath:instancePath+"/ordinals",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid1 = true;
const len0 = data11.length;
for(let i0=0; i0<len0; i0++){
const _errs15 = errors;
if(!(validate97(data11[i0], {instancePath:instancePath+"/ordinals/" + i0}))){
vErrors = vErrors === null ? validate97.errors : vErrors.concat(validate97.errors);
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
validate86.errors = [{instancePath:instancePath+"/ordinals",keyword:"type",params:{type: "array"}}];
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
if(!(validate103(data.endpoints, {instancePath:instancePath+"/endpoints"}))){
vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
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
validate86.errors = [{instancePath:instancePath+"/exhausted",keyword:"maxItems",params:{limit: 2}}];
return false;
}
else {
var valid7 = true;
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
const _errs28 = errors;
if(!(validate108(data18[i1], {instancePath:instancePath+"/exhausted/" + i1}))){
vErrors = vErrors === null ? validate108.errors : vErrors.concat(validate108.errors);
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
validate86.errors = [{instancePath:instancePath+"/exhausted",keyword:"type",params:{type: "array"}}];
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
validate86.errors = [{instancePath:instancePath+"/escapedBy",keyword:"type",params:{type: "string"}}];
return false;
}
if("redirect" !== data21){
validate86.errors = [{instancePath:instancePath+"/escapedBy",keyword:"const",params:{allowedValue: "redirect"}}];
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
validate86.errors = [{instancePath:instancePath+"/absences",keyword:"maxItems",params:{limit: 64}}];
return false;
}
else {
var valid9 = true;
const len2 = data22.length;
for(let i2=0; i2<len2; i2++){
const _errs35 = errors;
if(!(validate113(data22[i2], {instancePath:instancePath+"/absences/" + i2}))){
vErrors = vErrors === null ? validate113.errors : vErrors.concat(validate113.errors);
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
validate86.errors = [{instancePath:instancePath+"/absences",keyword:"type",params:{type: "array"}}];
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
if(!(validate46(data.firstHitMs, {instancePath:instancePath+"/firstHitMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
if(!(validate46(data.firstCappedMs, {instancePath:instancePath+"/firstCappedMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
validate86.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate86.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate86.errors = vErrors;
return errors === 0;
}


function validate85(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 1000){
validate85.errors = [{instancePath,keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate86(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate86.errors : vErrors.concat(validate86.errors);
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
validate85.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate85.errors = vErrors;
return errors === 0;
}

const schema34 = {"maxItems":1000,"type":"array","items":{"$ref":"#/definitions/__schema28"}};
const schema35 = {"type":"object","properties":{"id":{"$ref":"#/definitions/__schema13"},"good":{"$ref":"#/definitions/__schema0"},"bad":{"$ref":"#/definitions/__schema0"},"open":{"$ref":"#/definitions/__schema0"},"left":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"struck":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"openStruck":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"errored":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstErrored":{"allOf":[{"$ref":"#/definitions/__schema15"}]},"unknown":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"firstBad":{"maxItems":5,"type":"array","items":{"$ref":"#/definitions/__schema29"}}},"required":["id","good","bad","open","firstBad"],"onlyKeys":["id","good","bad","open","left","struck","openStruck","errored","firstErrored","unknown","firstBad"]};
const schema36 = {"type":"object","properties":{"atMs":{"type":"number"},"why":{"$ref":"#/definitions/__schema15"},"latencyMs":{"type":"number"},"status":{"type":"integer","minimum":-9007199254740991,"maximum":9007199254740991}},"required":["atMs","why"],"onlyKeys":["atMs","why","latencyMs","status"]};

function validate134(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.atMs === undefined) && (missing0 = "atMs")) || ((data.why === undefined) && (missing0 = "why"))){
validate134.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.atMs !== undefined){
let data0 = data.atMs;
const _errs1 = errors;
if(!((typeof data0 == "number") && (isFinite(data0)))){
validate134.errors = [{instancePath:instancePath+"/atMs",keyword:"type",params:{type: "number"}}];
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
if(!(validate62(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
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
validate134.errors = [{instancePath:instancePath+"/latencyMs",keyword:"type",params:{type: "number"}}];
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
validate134.errors = [{instancePath:instancePath+"/status",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs6){
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 9007199254740991 || isNaN(data3)){
validate134.errors = [{instancePath:instancePath+"/status",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data3 < -9007199254740991 || isNaN(data3)){
validate134.errors = [{instancePath:instancePath+"/status",keyword:"minimum",params:{comparison: ">=", limit: -9007199254740991}}];
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
validate134.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate134.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate134.errors = vErrors;
return errors === 0;
}


function validate123(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.id === undefined) && (missing0 = "id")) || ((data.good === undefined) && (missing0 = "good"))) || ((data.bad === undefined) && (missing0 = "bad"))) || ((data.open === undefined) && (missing0 = "open"))) || ((data.firstBad === undefined) && (missing0 = "firstBad"))){
validate123.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(!(validate56(data.id, {instancePath:instancePath+"/id"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
if(!(validate62(data.firstErrored, {instancePath:instancePath+"/firstErrored"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
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
validate123.errors = [{instancePath:instancePath+"/firstBad",keyword:"maxItems",params:{limit: 5}}];
return false;
}
else {
var valid7 = true;
const len0 = data10.length;
for(let i0=0; i0<len0; i0++){
const _errs19 = errors;
if(!(validate134(data10[i0], {instancePath:instancePath+"/firstBad/" + i0}))){
vErrors = vErrors === null ? validate134.errors : vErrors.concat(validate134.errors);
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
validate123.errors = [{instancePath:instancePath+"/firstBad",keyword:"type",params:{type: "array"}}];
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
validate123.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate123.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate123.errors = vErrors;
return errors === 0;
}


function validate122(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 1000){
validate122.errors = [{instancePath,keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate123(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
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
validate122.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate122.errors = vErrors;
return errors === 0;
}

const schema37 = {"type":"object","properties":{"edge":{"$ref":"#/definitions/__schema13"},"group":{"type":"string","enum":["treated","untreated"]},"exchanges":{"$ref":"#/definitions/__schema0"},"cancelled":{"allOf":[{"$ref":"#/definitions/__schema0"}]},"byClass":{"maxItems":6,"type":"array","items":{"$ref":"#/definitions/__schema0"}},"bytesIn":{"$ref":"#/definitions/__schema0"},"bytesOut":{"$ref":"#/definitions/__schema0"},"open":{"$ref":"#/definitions/__schema0"},"refused":{"maxItems":100,"type":"array","items":{"$ref":"#/definitions/__schema31"}},"connections":{"allOf":[{"$ref":"#/definitions/__schema23"}]},"latencies":{"type":"string","maxLength":100000}},"required":["edge","group","exchanges","byClass","bytesIn","bytesOut","open","latencies"],"onlyKeys":["edge","group","exchanges","cancelled","byClass","bytesIn","bytesOut","open","refused","connections","latencies"]};
const schema38 = {"type":"object","properties":{"code":{"type":"string","minLength":1,"maxLength":63},"count":{"$ref":"#/definitions/__schema0"}},"required":["code","count"],"onlyKeys":["code","count"]};

function validate147(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.code === undefined) && (missing0 = "code")) || ((data.count === undefined) && (missing0 = "count"))){
validate147.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.code !== undefined){
let data0 = data.code;
const _errs1 = errors;
if(errors === _errs1){
if(typeof data0 === "string"){
if(data0.length > 63){
validate147.errors = [{instancePath:instancePath+"/code",keyword:"maxLength",params:{limit: 63}}];
return false;
}
else {
if(data0.length < 1){
validate147.errors = [{instancePath:instancePath+"/code",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate147.errors = [{instancePath:instancePath+"/code",keyword:"type",params:{type: "string"}}];
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
validate147.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
return false;
break;
}
}
}
}
}
}
else {
validate147.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate147.errors = vErrors;
return errors === 0;
}


function validate139(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((data.edge === undefined) && (missing0 = "edge")) || ((data.group === undefined) && (missing0 = "group"))) || ((data.exchanges === undefined) && (missing0 = "exchanges"))) || ((data.byClass === undefined) && (missing0 = "byClass"))) || ((data.bytesIn === undefined) && (missing0 = "bytesIn"))) || ((data.bytesOut === undefined) && (missing0 = "bytesOut"))) || ((data.open === undefined) && (missing0 = "open"))) || ((data.latencies === undefined) && (missing0 = "latencies"))){
validate139.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.edge !== undefined){
const _errs1 = errors;
if(!(validate56(data.edge, {instancePath:instancePath+"/edge"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate139.errors = [{instancePath:instancePath+"/group",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((data1 === "treated") || (data1 === "untreated"))){
validate139.errors = [{instancePath:instancePath+"/group",keyword:"enum",params:{allowedValues: ["treated","untreated"]}}];
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
validate139.errors = [{instancePath:instancePath+"/byClass",keyword:"maxItems",params:{limit: 6}}];
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
validate139.errors = [{instancePath:instancePath+"/byClass",keyword:"type",params:{type: "array"}}];
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
validate139.errors = [{instancePath:instancePath+"/refused",keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid3 = true;
const len1 = data9.length;
for(let i1=0; i1<len1; i1++){
const _errs15 = errors;
if(!(validate147(data9[i1], {instancePath:instancePath+"/refused/" + i1}))){
vErrors = vErrors === null ? validate147.errors : vErrors.concat(validate147.errors);
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
validate139.errors = [{instancePath:instancePath+"/refused",keyword:"type",params:{type: "array"}}];
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
if(!(validate103(data.connections, {instancePath:instancePath+"/connections"}))){
vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
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
validate139.errors = [{instancePath:instancePath+"/latencies",keyword:"maxLength",params:{limit: 100000}}];
return false;
}
}
else {
validate139.errors = [{instancePath:instancePath+"/latencies",keyword:"type",params:{type: "string"}}];
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
validate139.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate139.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate139.errors = vErrors;
return errors === 0;
}

const schema39 = {"type":"object","properties":{"n":{"type":"integer","minimum":1,"maximum":9007199254740991},"agoMs":{"$ref":"#/definitions/__schema10"},"lengthMs":{"$ref":"#/definitions/__schema10"},"throttledMs":{"allOf":[{"$ref":"#/definitions/__schema10"}]}},"required":["n","agoMs","lengthMs"],"onlyKeys":["n","agoMs","lengthMs","throttledMs"]};

function validate153(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((data.n === undefined) && (missing0 = "n")) || ((data.agoMs === undefined) && (missing0 = "agoMs"))) || ((data.lengthMs === undefined) && (missing0 = "lengthMs"))){
validate153.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.n !== undefined){
let data0 = data.n;
const _errs1 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate153.errors = [{instancePath:instancePath+"/n",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs1){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9007199254740991 || isNaN(data0)){
validate153.errors = [{instancePath:instancePath+"/n",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}}];
return false;
}
else {
if(data0 < 1 || isNaN(data0)){
validate153.errors = [{instancePath:instancePath+"/n",keyword:"minimum",params:{comparison: ">=", limit: 1}}];
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
if(!(validate46(data.agoMs, {instancePath:instancePath+"/agoMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
if(!(validate46(data.lengthMs, {instancePath:instancePath+"/lengthMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
if(!(validate46(data.throttledMs, {instancePath:instancePath+"/throttledMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
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
validate153.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate153.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate153.errors = vErrors;
return errors === 0;
}

const schema40 = {"maxItems":100,"type":"array","items":{"$ref":"#/definitions/__schema34"}};
const schema41 = {"type":"object","properties":{"fault":{"$ref":"#/definitions/__schema13"},"coded":{"type":"string","maxLength":5600},"atLeast":{"type":"boolean","const":true}},"required":["fault","coded"],"onlyKeys":["fault","coded","atLeast"]};

function validate160(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.fault === undefined) && (missing0 = "fault")) || ((data.coded === undefined) && (missing0 = "coded"))){
validate160.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.fault !== undefined){
const _errs1 = errors;
if(!(validate56(data.fault, {instancePath:instancePath+"/fault"}))){
vErrors = vErrors === null ? validate56.errors : vErrors.concat(validate56.errors);
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
validate160.errors = [{instancePath:instancePath+"/coded",keyword:"maxLength",params:{limit: 5600}}];
return false;
}
}
else {
validate160.errors = [{instancePath:instancePath+"/coded",keyword:"type",params:{type: "string"}}];
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
validate160.errors = [{instancePath:instancePath+"/atLeast",keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data2){
validate160.errors = [{instancePath:instancePath+"/atLeast",keyword:"const",params:{allowedValue: true}}];
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
validate160.errors = [{instancePath,keyword:"onlyKeys",params:{additionalProperty: key0}}];
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
validate160.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate160.errors = vErrors;
return errors === 0;
}


function validate159(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length > 100){
validate159.errors = [{instancePath,keyword:"maxItems",params:{limit: 100}}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
const _errs1 = errors;
if(!(validate160(data[i0], {instancePath:instancePath+"/" + i0}))){
vErrors = vErrors === null ? validate160.errors : vErrors.concat(validate160.errors);
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
validate159.errors = [{instancePath,keyword:"type",params:{type: "array"}}];
return false;
}
}
validate159.errors = vErrors;
return errors === 0;
}

const schema42 = {"type":"boolean","const":true};

function validate164(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "boolean"){
validate164.errors = [{instancePath,keyword:"type",params:{type: "boolean"}}];
return false;
}
if(true !== data){
validate164.errors = [{instancePath,keyword:"const",params:{allowedValue: true}}];
return false;
}
validate164.errors = vErrors;
return errors === 0;
}

const schema43 = {"type":"string","maxLength":64};

function validate184(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(typeof data === "string"){
if(data.length > 64){
validate184.errors = [{instancePath,keyword:"maxLength",params:{limit: 64}}];
return false;
}
}
else {
validate184.errors = [{instancePath,keyword:"type",params:{type: "string"}}];
return false;
}
}
validate184.errors = vErrors;
return errors === 0;
}

const pattern2 = new RegExp("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "u");

function validate201(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
const _errs0 = errors;
if(errors === _errs0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.type === undefined) && (missing0 = "type")){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
if(!((((((((data0 === "hello") || (data0 === "serving")) || (data0 === "pulse")) || (data0 === "applied")) || (data0 === "refused")) || (data0 === "lapsed")) || (data0 === "leaving")) || (data0 === "attest"))){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"enum",params:{allowedValues: ["hello","serving","pulse","applied","refused","lapsed","leaving","attest"]}}];
return false;
}
}
}
}
else {
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
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
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing1}}];
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
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing2}}];
return false;
}
else {
if(data.type !== undefined){
let data1 = data.type;
const _errs8 = errors;
if(typeof data1 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("hello" !== data1){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "hello"}}];
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
validate201.errors = [{instancePath:instancePath+"/cluster",keyword:"maxLength",params:{limit: 300}}];
return false;
}
}
else {
validate201.errors = [{instancePath:instancePath+"/cluster",keyword:"type",params:{type: "string"}}];
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
validate201.errors = vErrors;
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
validate201.errors = vErrors;
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
validate201.errors = [{instancePath:instancePath+"/labels",keyword:"condition",params:{condition: "fewLabels"}}];
return false;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/labels",keyword:"type",params:{type: "object"}}];
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
validate201.errors = [{instancePath:instancePath+"/offers",keyword:"maxItems",params:{limit: 1000}}];
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
validate201.errors = [{instancePath:instancePath+"/offers",keyword:"type",params:{type: "array"}}];
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
validate201.errors = [{instancePath:instancePath+"/calleeOffers",keyword:"maxItems",params:{limit: 1000}}];
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
validate201.errors = [{instancePath:instancePath+"/calleeOffers",keyword:"type",params:{type: "array"}}];
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
validate201.errors = vErrors;
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
if(data.clock !== undefined){
let data18 = data.clock;
const _errs44 = errors;
if(errors === _errs44){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing4;
if(((data18.of === undefined) && (missing4 = "of")) || ((data18.zeroMs === undefined) && (missing4 = "zeroMs"))){
validate201.errors = [{instancePath:instancePath+"/clock",keyword:"required",params:{missingProperty: missing4}}];
return false;
}
else {
if(data18.of !== undefined){
let data19 = data18.of;
const _errs46 = errors;
if(errors === _errs46){
if(typeof data19 === "string"){
if(data19.length > 128){
validate201.errors = [{instancePath:instancePath+"/clock/of",keyword:"maxLength",params:{limit: 128}}];
return false;
}
else {
if(data19.length < 1){
validate201.errors = [{instancePath:instancePath+"/clock/of",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/clock/of",keyword:"type",params:{type: "string"}}];
return false;
}
}
var valid12 = _errs46 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data18.zeroMs !== undefined){
const _errs48 = errors;
if(!(validate46(data18.zeroMs, {instancePath:instancePath+"/clock/zeroMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
var valid12 = _errs48 === errors;
}
else {
var valid12 = true;
}
if(valid12){
for(const key3 in data18){
if(!((key3 === "of") || (key3 === "zeroMs"))){
delete data18[key3];
}
}
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/clock",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs44 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.predecessor !== undefined){
let data21 = data.predecessor;
const _errs49 = errors;
const _errs50 = errors;
let valid13 = false;
const _errs51 = errors;
if(errors === _errs51){
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
let missing5;
if((data21.boot === undefined) && (missing5 = "boot")){
const err15 = {instancePath:instancePath+"/predecessor",keyword:"required",params:{missingProperty: missing5}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
else {
if(data21.boot !== undefined){
const _errs53 = errors;
if(!(validate28(data21.boot, {instancePath:instancePath+"/predecessor/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid14 = _errs53 === errors;
}
else {
var valid14 = true;
}
if(valid14){
for(const key4 in data21){
if(!(key4 === "boot")){
delete data21[key4];
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
var _valid2 = _errs51 === errors;
valid13 = valid13 || _valid2;
if(!valid13){
const _errs54 = errors;
if(data21 !== null){
const err17 = {instancePath:instancePath+"/predecessor",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
var _valid2 = _errs54 === errors;
valid13 = valid13 || _valid2;
}
if(!valid13){
const err18 = {instancePath:instancePath+"/predecessor",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
validate201.errors = vErrors;
return false;
}
else {
errors = _errs50;
if(vErrors !== null){
if(_errs50){
vErrors.length = _errs50;
}
else {
vErrors = null;
}
}
}
var valid4 = _errs49 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.seen !== undefined){
const _errs56 = errors;
if(!(validate49(data.seen, {instancePath:instancePath+"/seen"}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid4 = _errs56 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.table !== undefined){
let data24 = data.table;
const _errs57 = errors;
if(errors === _errs57){
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
let missing6;
if((((data24.epoch === undefined) && (missing6 = "epoch")) || ((data24.gen === undefined) && (missing6 = "gen"))) || ((data24.ids === undefined) && (missing6 = "ids"))){
validate201.errors = [{instancePath:instancePath+"/table",keyword:"required",params:{missingProperty: missing6}}];
return false;
}
else {
if(data24.epoch !== undefined){
const _errs59 = errors;
if(!(validate22(data24.epoch, {instancePath:instancePath+"/table/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid15 = _errs59 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data24.gen !== undefined){
const _errs60 = errors;
if(!(validate22(data24.gen, {instancePath:instancePath+"/table/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid15 = _errs60 === errors;
}
else {
var valid15 = true;
}
if(valid15){
if(data24.ids !== undefined){
const _errs61 = errors;
if(!(validate55(data24.ids, {instancePath:instancePath+"/table/ids"}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
var valid15 = _errs61 === errors;
}
else {
var valid15 = true;
}
if(valid15){
for(const key5 in data24){
if(!(((key5 === "epoch") || (key5 === "gen")) || (key5 === "ids"))){
delete data24[key5];
}
}
}
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/table",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs57 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.knows !== undefined){
let data28 = data.knows;
const _errs62 = errors;
if(errors === _errs62){
if(Array.isArray(data28)){
if(data28.length > 64){
validate201.errors = [{instancePath:instancePath+"/knows",keyword:"maxItems",params:{limit: 64}}];
return false;
}
else {
var valid16 = true;
const len2 = data28.length;
for(let i2=0; i2<len2; i2++){
const _errs64 = errors;
if(!(validate59(data28[i2], {instancePath:instancePath+"/knows/" + i2}))){
vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
errors = vErrors.length;
}
var valid16 = _errs64 === errors;
if(!valid16){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/knows",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs62 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.transport !== undefined){
let data30 = data.transport;
const _errs65 = errors;
if(errors === _errs65){
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
let missing7;
if(((data30.tier === undefined) && (missing7 = "tier")) || ((data30.because === undefined) && (missing7 = "because"))){
validate201.errors = [{instancePath:instancePath+"/transport",keyword:"required",params:{missingProperty: missing7}}];
return false;
}
else {
if(data30.tier !== undefined){
let data31 = data30.tier;
const _errs67 = errors;
if(!(validate33(data31, {instancePath:instancePath+"/transport/tier"}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
errors = vErrors.length;
}
if(errors === _errs67){
if(typeof data31 === "string"){
if(data31.length < 1){
validate201.errors = [{instancePath:instancePath+"/transport/tier",keyword:"minLength",params:{limit: 1}}];
return false;
}
}
}
var valid17 = _errs67 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data30.because !== undefined){
let data32 = data30.because;
const _errs69 = errors;
const _errs70 = errors;
let valid19 = false;
const _errs71 = errors;
if(!(validate62(data32, {instancePath:instancePath+"/transport/because"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var _valid3 = _errs71 === errors;
valid19 = valid19 || _valid3;
if(!valid19){
const _errs72 = errors;
if(data32 !== null){
const err19 = {instancePath:instancePath+"/transport/because",keyword:"type",params:{type: "null"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
var _valid3 = _errs72 === errors;
valid19 = valid19 || _valid3;
}
if(!valid19){
const err20 = {instancePath:instancePath+"/transport/because",keyword:"anyOf",params:{}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
validate201.errors = vErrors;
return false;
}
else {
errors = _errs70;
if(vErrors !== null){
if(_errs70){
vErrors.length = _errs70;
}
else {
vErrors = null;
}
}
}
var valid17 = _errs69 === errors;
}
else {
var valid17 = true;
}
if(valid17){
for(const key6 in data30){
if(!((key6 === "tier") || (key6 === "because"))){
delete data30[key6];
}
}
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/transport",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid4 = _errs65 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data.processes !== undefined){
let data33 = data.processes;
const _errs74 = errors;
if(errors === _errs74){
if(Array.isArray(data33)){
if(data33.length > 1000){
validate201.errors = [{instancePath:instancePath+"/processes",keyword:"maxItems",params:{limit: 1000}}];
return false;
}
else {
var valid20 = true;
const len3 = data33.length;
for(let i3=0; i3<len3; i3++){
const _errs76 = errors;
if(!(validate38(data33[i3], {instancePath:instancePath+"/processes/" + i3}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
var valid20 = _errs76 === errors;
if(!valid20){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/processes",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid4 = _errs74 === errors;
}
else {
var valid4 = true;
}
if(valid4){
for(const key7 in data){
if(!(((((((((((((((((((key7 === "type") || (key7 === "v")) || (key7 === "version")) || (key7 === "instance")) || (key7 === "boot")) || (key7 === "pid")) || (key7 === "cluster")) || (key7 === "service")) || (key7 === "labels")) || (key7 === "offers")) || (key7 === "calleeOffers")) || (key7 === "process")) || (key7 === "clock")) || (key7 === "predecessor")) || (key7 === "seen")) || (key7 === "table")) || (key7 === "knows")) || (key7 === "transport")) || (key7 === "processes"))){
delete data[key7];
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
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "serving"){
const _errs77 = errors;
if(errors === _errs77){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing8;
if(((((data.type === undefined) && (missing8 = "type")) || ((data.session === undefined) && (missing8 = "session"))) || ((data.edges === undefined) && (missing8 = "edges"))) || ((data.failed === undefined) && (missing8 = "failed"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing8}}];
return false;
}
else {
if(data.type !== undefined){
let data35 = data.type;
const _errs79 = errors;
if(typeof data35 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("serving" !== data35){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "serving"}}];
return false;
}
var valid22 = _errs79 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data.session !== undefined){
const _errs81 = errors;
if(!(validate65(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid22 = _errs81 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data.edges !== undefined){
let data37 = data.edges;
const _errs82 = errors;
if(errors === _errs82){
if(Array.isArray(data37)){
if(data37.length > 10000){
validate201.errors = [{instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid23 = true;
const len4 = data37.length;
for(let i4=0; i4<len4; i4++){
const _errs84 = errors;
if(!(validate67(data37[i4], {instancePath:instancePath+"/edges/" + i4}))){
vErrors = vErrors === null ? validate67.errors : vErrors.concat(validate67.errors);
errors = vErrors.length;
}
var valid23 = _errs84 === errors;
if(!valid23){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid22 = _errs82 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data.failed !== undefined){
let data39 = data.failed;
const _errs85 = errors;
if(errors === _errs85){
if(Array.isArray(data39)){
if(data39.length > 10000){
validate201.errors = [{instancePath:instancePath+"/failed",keyword:"maxItems",params:{limit: 10000}}];
return false;
}
else {
var valid24 = true;
const len5 = data39.length;
for(let i5=0; i5<len5; i5++){
const _errs87 = errors;
if(!(validate71(data39[i5], {instancePath:instancePath+"/failed/" + i5}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
var valid24 = _errs87 === errors;
if(!valid24){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/failed",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid22 = _errs85 === errors;
}
else {
var valid22 = true;
}
if(valid22){
for(const key8 in data){
if(!((((key8 === "type") || (key8 === "session")) || (key8 === "edges")) || (key8 === "failed"))){
delete data[key8];
}
}
}
}
}
}
}
}
else {
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "pulse"){
const _errs88 = errors;
if(errors === _errs88){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing9;
if(((((((((data.type === undefined) && (missing9 = "type")) || ((data.session === undefined) && (missing9 = "session"))) || ((data.n === undefined) && (missing9 = "n"))) || ((data.table === undefined) && (missing9 = "table"))) || ((data.remains === undefined) && (missing9 = "remains"))) || ((data.receipts === undefined) && (missing9 = "receipts"))) || ((data.watches === undefined) && (missing9 = "watches"))) || ((data.edges === undefined) && (missing9 = "edges"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing9}}];
return false;
}
else {
if(data.type !== undefined){
let data41 = data.type;
const _errs90 = errors;
if(typeof data41 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("pulse" !== data41){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "pulse"}}];
return false;
}
var valid26 = _errs90 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.session !== undefined){
const _errs92 = errors;
if(!(validate65(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid26 = _errs92 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.n !== undefined){
const _errs93 = errors;
if(!(validate22(data.n, {instancePath:instancePath+"/n"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid26 = _errs93 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.table !== undefined){
const _errs94 = errors;
if(!(validate49(data.table, {instancePath:instancePath+"/table"}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid26 = _errs94 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.remains !== undefined){
const _errs95 = errors;
if(!(validate78(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
errors = vErrors.length;
}
var valid26 = _errs95 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.receipts !== undefined){
const _errs96 = errors;
if(!(validate85(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate85.errors : vErrors.concat(validate85.errors);
errors = vErrors.length;
}
var valid26 = _errs96 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.watches !== undefined){
const _errs97 = errors;
if(!(validate122(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var valid26 = _errs97 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.edges !== undefined){
let data48 = data.edges;
const _errs98 = errors;
if(errors === _errs98){
if(Array.isArray(data48)){
if(data48.length > 20000){
validate201.errors = [{instancePath:instancePath+"/edges",keyword:"maxItems",params:{limit: 20000}}];
return false;
}
else {
var valid27 = true;
const len6 = data48.length;
for(let i6=0; i6<len6; i6++){
const _errs100 = errors;
if(!(validate139(data48[i6], {instancePath:instancePath+"/edges/" + i6}))){
vErrors = vErrors === null ? validate139.errors : vErrors.concat(validate139.errors);
errors = vErrors.length;
}
var valid27 = _errs100 === errors;
if(!valid27){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/edges",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid26 = _errs98 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.unchanged !== undefined){
const _errs101 = errors;
if(!(validate22(data.unchanged, {instancePath:instancePath+"/unchanged"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid26 = _errs101 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.stalls !== undefined){
let data51 = data.stalls;
const _errs103 = errors;
if(errors === _errs103){
if(Array.isArray(data51)){
if(data51.length > 20){
validate201.errors = [{instancePath:instancePath+"/stalls",keyword:"maxItems",params:{limit: 20}}];
return false;
}
else {
var valid29 = true;
const len7 = data51.length;
for(let i7=0; i7<len7; i7++){
const _errs105 = errors;
if(!(validate153(data51[i7], {instancePath:instancePath+"/stalls/" + i7}))){
vErrors = vErrors === null ? validate153.errors : vErrors.concat(validate153.errors);
errors = vErrors.length;
}
var valid29 = _errs105 === errors;
if(!valid29){
break;
}
}
}
}
else {
validate201.errors = [{instancePath:instancePath+"/stalls",keyword:"type",params:{type: "array"}}];
return false;
}
}
var valid26 = _errs103 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.marks !== undefined){
let data53 = data.marks;
const _errs106 = errors;
if(errors === _errs106){
if(data53 && typeof data53 == "object" && !Array.isArray(data53)){
let missing10;
if(((data53.sentMs === undefined) && (missing10 = "sentMs")) || ((data53.reports === undefined) && (missing10 = "reports"))){
validate201.errors = [{instancePath:instancePath+"/marks",keyword:"required",params:{missingProperty: missing10}}];
return false;
}
else {
if(data53.sentMs !== undefined){
const _errs108 = errors;
if(!(validate46(data53.sentMs, {instancePath:instancePath+"/marks/sentMs"}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
var valid30 = _errs108 === errors;
}
else {
var valid30 = true;
}
if(valid30){
if(data53.reports !== undefined){
const _errs109 = errors;
if(!(validate159(data53.reports, {instancePath:instancePath+"/marks/reports"}))){
vErrors = vErrors === null ? validate159.errors : vErrors.concat(validate159.errors);
errors = vErrors.length;
}
var valid30 = _errs109 === errors;
}
else {
var valid30 = true;
}
if(valid30){
if(data53.more !== undefined){
const _errs110 = errors;
if(!(validate164(data53.more, {instancePath:instancePath+"/marks/more"}))){
vErrors = vErrors === null ? validate164.errors : vErrors.concat(validate164.errors);
errors = vErrors.length;
}
var valid30 = _errs110 === errors;
}
else {
var valid30 = true;
}
if(valid30){
if(!conditions.fewMarks.holds(data53)){
validate201.errors = [{instancePath:instancePath+"/marks",keyword:"condition",params:{condition: "fewMarks"}}];
return false;
}
else {
for(const key9 in data53){
if(!(((key9 === "sentMs") || (key9 === "reports")) || (key9 === "more"))){
validate201.errors = [{instancePath:instancePath+"/marks",keyword:"onlyKeys",params:{additionalProperty: key9}}];
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
validate201.errors = [{instancePath:instancePath+"/marks",keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid26 = _errs106 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data.strangers !== undefined){
const _errs112 = errors;
if(!(validate22(data.strangers, {instancePath:instancePath+"/strangers"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid26 = _errs112 === errors;
}
else {
var valid26 = true;
}
if(valid26){
for(const key10 in data){
if(!((((((((((((key10 === "type") || (key10 === "session")) || (key10 === "n")) || (key10 === "table")) || (key10 === "remains")) || (key10 === "receipts")) || (key10 === "watches")) || (key10 === "edges")) || (key10 === "unchanged")) || (key10 === "stalls")) || (key10 === "marks")) || (key10 === "strangers"))){
delete data[key10];
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
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "applied"){
const _errs114 = errors;
if(errors === _errs114){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing11;
if(((((data.type === undefined) && (missing11 = "type")) || ((data.session === undefined) && (missing11 = "session"))) || ((data.epoch === undefined) && (missing11 = "epoch"))) || ((data.gen === undefined) && (missing11 = "gen"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing11}}];
return false;
}
else {
if(data.type !== undefined){
let data58 = data.type;
const _errs116 = errors;
if(typeof data58 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("applied" !== data58){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "applied"}}];
return false;
}
var valid33 = _errs116 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data.session !== undefined){
const _errs118 = errors;
if(!(validate65(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid33 = _errs118 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data.epoch !== undefined){
const _errs119 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid33 = _errs119 === errors;
}
else {
var valid33 = true;
}
if(valid33){
if(data.gen !== undefined){
const _errs120 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid33 = _errs120 === errors;
}
else {
var valid33 = true;
}
if(valid33){
for(const key11 in data){
if(!((((key11 === "type") || (key11 === "session")) || (key11 === "epoch")) || (key11 === "gen"))){
delete data[key11];
}
}
}
}
}
}
}
}
else {
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "refused"){
const _errs121 = errors;
if(errors === _errs121){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing12;
if((((((((data.type === undefined) && (missing12 = "type")) || ((data.session === undefined) && (missing12 = "session"))) || ((data.epoch === undefined) && (missing12 = "epoch"))) || ((data.gen === undefined) && (missing12 = "gen"))) || ((data.why === undefined) && (missing12 = "why"))) || ((data.detail === undefined) && (missing12 = "detail"))) || ((data.seen === undefined) && (missing12 = "seen"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing12}}];
return false;
}
else {
if(data.type !== undefined){
let data62 = data.type;
const _errs123 = errors;
if(typeof data62 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("refused" !== data62){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "refused"}}];
return false;
}
var valid35 = _errs123 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.session !== undefined){
const _errs125 = errors;
if(!(validate65(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid35 = _errs125 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.epoch !== undefined){
const _errs126 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid35 = _errs126 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.gen !== undefined){
const _errs127 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid35 = _errs127 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.why !== undefined){
let data66 = data.why;
const _errs128 = errors;
if(typeof data66 !== "string"){
validate201.errors = [{instancePath:instancePath+"/why",keyword:"type",params:{type: "string"}}];
return false;
}
if(!((((data66 === "stale") || (data66 === "fenced")) || (data66 === "unsupported")) || (data66 === "policy"))){
validate201.errors = [{instancePath:instancePath+"/why",keyword:"enum",params:{allowedValues: ["stale","fenced","unsupported","policy"]}}];
return false;
}
var valid35 = _errs128 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.detail !== undefined){
const _errs130 = errors;
if(!(validate62(data.detail, {instancePath:instancePath+"/detail"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid35 = _errs130 === errors;
}
else {
var valid35 = true;
}
if(valid35){
if(data.seen !== undefined){
const _errs131 = errors;
if(!(validate49(data.seen, {instancePath:instancePath+"/seen"}))){
vErrors = vErrors === null ? validate49.errors : vErrors.concat(validate49.errors);
errors = vErrors.length;
}
var valid35 = _errs131 === errors;
}
else {
var valid35 = true;
}
if(valid35){
for(const key12 in data){
if(!(((((((key12 === "type") || (key12 === "session")) || (key12 === "epoch")) || (key12 === "gen")) || (key12 === "why")) || (key12 === "detail")) || (key12 === "seen"))){
delete data[key12];
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
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "lapsed"){
const _errs132 = errors;
if(errors === _errs132){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing13;
if(((((data.type === undefined) && (missing13 = "type")) || ((data.epoch === undefined) && (missing13 = "epoch"))) || ((data.gen === undefined) && (missing13 = "gen"))) || ((data.why === undefined) && (missing13 = "why"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing13}}];
return false;
}
else {
if(data.type !== undefined){
let data69 = data.type;
const _errs134 = errors;
if(typeof data69 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("lapsed" !== data69){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "lapsed"}}];
return false;
}
var valid37 = _errs134 === errors;
}
else {
var valid37 = true;
}
if(valid37){
if(data.epoch !== undefined){
const _errs136 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid37 = _errs136 === errors;
}
else {
var valid37 = true;
}
if(valid37){
if(data.gen !== undefined){
const _errs137 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid37 = _errs137 === errors;
}
else {
var valid37 = true;
}
if(valid37){
if(data.why !== undefined){
const _errs138 = errors;
if(!(validate62(data.why, {instancePath:instancePath+"/why"}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
var valid37 = _errs138 === errors;
}
else {
var valid37 = true;
}
if(valid37){
for(const key13 in data){
if(!((((key13 === "type") || (key13 === "epoch")) || (key13 === "gen")) || (key13 === "why"))){
delete data[key13];
}
}
}
}
}
}
}
}
else {
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "leaving"){
const _errs139 = errors;
if(errors === _errs139){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing14;
if(((((((((data.type === undefined) && (missing14 = "type")) || ((data.session === undefined) && (missing14 = "session"))) || ((data.epoch === undefined) && (missing14 = "epoch"))) || ((data.gen === undefined) && (missing14 = "gen"))) || ((data.isOver === undefined) && (missing14 = "isOver"))) || ((data.remains === undefined) && (missing14 = "remains"))) || ((data.receipts === undefined) && (missing14 = "receipts"))) || ((data.watches === undefined) && (missing14 = "watches"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing14}}];
return false;
}
else {
if(data.type !== undefined){
let data73 = data.type;
const _errs141 = errors;
if(typeof data73 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("leaving" !== data73){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "leaving"}}];
return false;
}
var valid39 = _errs141 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.session !== undefined){
const _errs143 = errors;
if(!(validate65(data.session, {instancePath:instancePath+"/session"}))){
vErrors = vErrors === null ? validate65.errors : vErrors.concat(validate65.errors);
errors = vErrors.length;
}
var valid39 = _errs143 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.epoch !== undefined){
const _errs144 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid39 = _errs144 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.gen !== undefined){
const _errs145 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid39 = _errs145 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.isOver !== undefined){
const _errs146 = errors;
if(typeof data.isOver !== "boolean"){
validate201.errors = [{instancePath:instancePath+"/isOver",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid39 = _errs146 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.remains !== undefined){
const _errs148 = errors;
if(!(validate78(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
errors = vErrors.length;
}
var valid39 = _errs148 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.receipts !== undefined){
const _errs149 = errors;
if(!(validate85(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate85.errors : vErrors.concat(validate85.errors);
errors = vErrors.length;
}
var valid39 = _errs149 === errors;
}
else {
var valid39 = true;
}
if(valid39){
if(data.watches !== undefined){
const _errs150 = errors;
if(!(validate122(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var valid39 = _errs150 === errors;
}
else {
var valid39 = true;
}
if(valid39){
for(const key14 in data){
if(!((((((((key14 === "type") || (key14 === "session")) || (key14 === "epoch")) || (key14 === "gen")) || (key14 === "isOver")) || (key14 === "remains")) || (key14 === "receipts")) || (key14 === "watches"))){
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
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else if(tag0 === "attest"){
const _errs151 = errors;
if(errors === _errs151){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing15;
if(((((((((data.type === undefined) && (missing15 = "type")) || ((data.nonce === undefined) && (missing15 = "nonce"))) || ((data.boot === undefined) && (missing15 = "boot"))) || ((data.epoch === undefined) && (missing15 = "epoch"))) || ((data.gen === undefined) && (missing15 = "gen"))) || ((data.remains === undefined) && (missing15 = "remains"))) || ((data.receipts === undefined) && (missing15 = "receipts"))) || ((data.watches === undefined) && (missing15 = "watches"))){
validate201.errors = [{instancePath,keyword:"required",params:{missingProperty: missing15}}];
return false;
}
else {
if(data.type !== undefined){
let data81 = data.type;
const _errs153 = errors;
if(typeof data81 !== "string"){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("attest" !== data81){
validate201.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "attest"}}];
return false;
}
var valid41 = _errs153 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.nonce !== undefined){
const _errs155 = errors;
if(!(validate184(data.nonce, {instancePath:instancePath+"/nonce"}))){
vErrors = vErrors === null ? validate184.errors : vErrors.concat(validate184.errors);
errors = vErrors.length;
}
var valid41 = _errs155 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.boot !== undefined){
const _errs156 = errors;
if(!(validate28(data.boot, {instancePath:instancePath+"/boot"}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
var valid41 = _errs156 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.epoch !== undefined){
const _errs157 = errors;
if(!(validate22(data.epoch, {instancePath:instancePath+"/epoch"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid41 = _errs157 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.gen !== undefined){
const _errs158 = errors;
if(!(validate22(data.gen, {instancePath:instancePath+"/gen"}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
var valid41 = _errs158 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.remains !== undefined){
const _errs159 = errors;
if(!(validate78(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
errors = vErrors.length;
}
var valid41 = _errs159 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.receipts !== undefined){
const _errs160 = errors;
if(!(validate85(data.receipts, {instancePath:instancePath+"/receipts"}))){
vErrors = vErrors === null ? validate85.errors : vErrors.concat(validate85.errors);
errors = vErrors.length;
}
var valid41 = _errs160 === errors;
}
else {
var valid41 = true;
}
if(valid41){
if(data.watches !== undefined){
const _errs161 = errors;
if(!(validate122(data.watches, {instancePath:instancePath+"/watches"}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
var valid41 = _errs161 === errors;
}
else {
var valid41 = true;
}
if(valid41){
for(const key15 in data){
if(!((((((((key15 === "type") || (key15 === "nonce")) || (key15 === "boot")) || (key15 === "epoch")) || (key15 === "gen")) || (key15 === "remains")) || (key15 === "receipts")) || (key15 === "watches"))){
delete data[key15];
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
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
}
else {
validate201.errors = [{instancePath,keyword:"discriminator",params:{error: "mapping", tag: "type", tagValue: tag0}}];
return false;
}
}
else {
validate201.errors = [{instancePath,keyword:"discriminator",params:{error: "tag", tag: "type", tagValue: tag0}}];
return false;
}
}
}
else {
validate201.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
var valid0 = _errs3 === errors;
}
validate201.errors = vErrors;
return errors === 0;
}

export const foreignHello = validate261;
const schema45 = {"type":"object","properties":{"type":{"type":"string","const":"hello"},"v":{"$ref":"#/definitions/__schema0"},"version":{"$ref":"#/definitions/__schema1"},"instance":{"$ref":"#/definitions/__schema2"},"boot":{"$ref":"#/definitions/__schema3"},"pid":{"$ref":"#/definitions/__schema4"},"table":{"type":"object","properties":{"ids":{"$ref":"#/definitions/__schema12"}},"required":["ids"],"passesOver":["ids"]}},"required":["type","v","version","instance","boot","pid","table"],"passesOver":["type","v","version","instance","boot","pid","table"]};

function validate261(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.type === undefined) && (missing0 = "type")) || ((data.v === undefined) && (missing0 = "v"))) || ((data.version === undefined) && (missing0 = "version"))) || ((data.instance === undefined) && (missing0 = "instance"))) || ((data.boot === undefined) && (missing0 = "boot"))) || ((data.pid === undefined) && (missing0 = "pid"))) || ((data.table === undefined) && (missing0 = "table"))){
validate261.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate261.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("hello" !== data0){
validate261.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "hello"}}];
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
validate261.errors = [{instancePath:instancePath+"/table",keyword:"required",params:{missingProperty: missing1}}];
return false;
}
else {
if(data6.ids !== undefined){
const _errs10 = errors;
if(!(validate55(data6.ids, {instancePath:instancePath+"/table/ids"}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
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
validate261.errors = [{instancePath:instancePath+"/table",keyword:"type",params:{type: "object"}}];
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
validate261.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate261.errors = vErrors;
return errors === 0;
}

export const foreignAttest = validate268;
const schema46 = {"type":"object","properties":{"type":{"type":"string","const":"attest"},"nonce":{"$ref":"#/definitions/__schema36"},"boot":{"$ref":"#/definitions/__schema3"},"remains":{"$ref":"#/definitions/__schema19"}},"required":["type","nonce","boot","remains"],"passesOver":["type","nonce","boot","remains"]};

function validate268(data, {instancePath=""}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((data.type === undefined) && (missing0 = "type")) || ((data.nonce === undefined) && (missing0 = "nonce"))) || ((data.boot === undefined) && (missing0 = "boot"))) || ((data.remains === undefined) && (missing0 = "remains"))){
validate268.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.type !== undefined){
let data0 = data.type;
const _errs1 = errors;
if(typeof data0 !== "string"){
validate268.errors = [{instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}}];
return false;
}
if("attest" !== data0){
validate268.errors = [{instancePath:instancePath+"/type",keyword:"const",params:{allowedValue: "attest"}}];
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
if(!(validate184(data.nonce, {instancePath:instancePath+"/nonce"}))){
vErrors = vErrors === null ? validate184.errors : vErrors.concat(validate184.errors);
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
if(!(validate78(data.remains, {instancePath:instancePath+"/remains"}))){
vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
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
validate268.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate268.errors = vErrors;
return errors === 0;
}

/* @ts-self-types="./babble.d.ts" */

/**
 * The hash by which a run knows its text, of a text that comes in pieces.
 */
export class Fingerprint {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        FingerprintFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_fingerprint_free(ptr, 0);
    }
    /**
     * The next piece of a text whose line ends are newlines and whose byte-order mark is gone. No
     * surrogate pair may be cut.
     * @param {string} piece
     */
    add(piece) {
        const ptr0 = passStringToWasm0(piece, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        wasm.fingerprint_add(this.__wbg_ptr, ptr0, len0);
    }
    /**
     * `RunReport.textHash` of all pieces together; ends this object's life.
     * @returns {string}
     */
    finish() {
        let deferred1_0;
        let deferred1_1;
        try {
            const ptr = this.__destroy_into_raw();
            const ret = wasm.fingerprint_finish(ptr);
            deferred1_0 = ret[0];
            deferred1_1 = ret[1];
            return getStringFromWasm0(ret[0], ret[1]);
        } finally {
            wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
        }
    }
    /**
     * Of nothing yet.
     */
    constructor() {
        const ret = wasm.fingerprint_new();
        this.__wbg_ptr = ret;
        FingerprintFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
}
if (Symbol.dispose) Fingerprint.prototype[Symbol.dispose] = Fingerprint.prototype.free;

/**
 * Writes text. It owns what it has read and its randomness. Use one with one model only.
 */
export class Sampler {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        SamplerFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_sampler_free(ptr, 0);
    }
    /**
     * The next character is drawn from `weight p + shares` in place of the network's own `p`. The shares, one for each
     * symbol, sum to what the weight leaves of 1.
     * @param {number} weight
     * @param {Float32Array | number[]} shares
     */
    mixNext(weight, shares) {
        const val2 = +weight;
        const ptr0 = passArrayF32ToWasm0(shares, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        wasm.sampler_mixNext(this.__wbg_ptr, val2, ptr0, len0);
    }
    /**
     * A sampler that has read nothing, at temperature 1.
     * @param {number} seed
     */
    constructor(seed) {
        const ret = wasm.sampler_new(seed);
        this.__wbg_ptr = ret;
        SamplerFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * 0 always takes the likeliest symbol. Throws outside `LIMITS.temperature`.
     * @param {number} temperature
     */
    setTemperature(temperature) {
        const ret = wasm.sampler_setTemperature(this.__wbg_ptr, temperature);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Chooses from the so many likeliest symbols; 0 from all. Throws outside `LIMITS.topK`.
     * @param {number} k
     */
    setTopK(k) {
        const ret = wasm.sampler_setTopK(this.__wbg_ptr, k);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Chooses from the likeliest symbols that hold this share of the probability; 1 from all. Throws
     * outside `LIMITS.topP`.
     * @param {number} p
     */
    setTopP(p) {
        const ret = wasm.sampler_setTopP(this.__wbg_ptr, p);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
}
if (Symbol.dispose) Sampler.prototype[Symbol.dispose] = Sampler.prototype.free;

/**
 * One training run.
 */
export class Trainer {
    static __wrap(ptr) {
        const obj = Object.create(Trainer.prototype);
        obj.__wbg_ptr = ptr;
        TrainerFinalization.register(obj, obj.__wbg_ptr, obj);
        return obj;
    }
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        TrainerFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_trainer_free(ptr, 0);
    }
    /**
     * Gives up the step whose parts were begun: all is as it was before.
     */
    abandonParts() {
        wasm.trainer_abandonParts(this.__wbg_ptr);
    }
    /**
     * As `beginEvaluation`, but in the first pass over the text only the beginning of the held-out part is
     * read. Such an estimate counts for nothing.
     */
    beginEstimate() {
        wasm.trainer_beginEstimate(this.__wbg_ptr);
    }
    /**
     * Begins to measure the held-out loss of the present weights. A measurement of other weights that is
     * under way is given up, unless it counts for patience.
     */
    beginEvaluation() {
        wasm.trainer_beginEvaluation(this.__wbg_ptr);
    }
    /**
     * Begins a new schedule of the learning rate at the present weights, which ends at the run's new length.
     * Patience begins anew. Throws `InvalidConfig`, and then nothing has changed.
     * @param {NewSchedule} schedule
     */
    beginSchedule(schedule) {
        const ret = wasm.trainer_beginSchedule(this.__wbg_ptr, schedule);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Computes the part of this shard in the next step. Returns its summed loss in nats.
     * @param {number} shard
     * @returns {number}
     */
    computePart(shard) {
        const ret = wasm.trainer_computePart(this.__wbg_ptr, shard);
        return ret;
    }
    /**
     * Goes on measuring for about `budgetMs` milliseconds; the result when it is complete.
     * @param {number} budgetMs
     * @returns {HeldOut | null}
     */
    evaluate(budgetMs) {
        const ret = wasm.trainer_evaluate(this.__wbg_ptr, budgetMs);
        return ret;
    }
    /**
     * Ends the step whose parts are all there, and writes to `report`: steps done, loss, epoch, characters
     * seen, gradient norm, learning rate and, where it was asked for, the update ratio (else NaN), all as in
     * `SliceReport`. Throws `Diverged` as `run` does.
     * @param {Float64Array} report
     */
    finishStep(report) {
        const ret = wasm.trainer_finishStep(this.__wbg_ptr, report);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Whether the run has come to an end that its settings set; `run` would train on.
     * @returns {SliceReport['finished']}
     */
    get finished() {
        const ret = wasm.trainer_finished(this.__wbg_ptr);
        return ret;
    }
    /**
     * As `finishStep`, for a worker that reports nothing: the leader judges whether training has diverged. Returns
     * whether there was an update.
     * @returns {boolean}
     */
    followStep() {
        const ret = wasm.trainer_followStep(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Trains on although the run has come to its end: its length does not stop it any more, and patience
     * begins anew.
     */
    goOn() {
        wasm.trainer_goOn(this.__wbg_ptr);
    }
    /**
     * -ln p of each character that the newest complete measurement predicted: of the held-out part from its
     * second on.
     * @returns {Float32Array}
     */
    heldOutSurprise() {
        const ret = wasm.trainer_heldOutSurprise(this.__wbg_ptr);
        var v1 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v1;
    }
    /**
     * The first characters, at most so many, of the part of the text that is held out.
     * @param {number} most
     * @returns {string}
     */
    heldOutText(most) {
        let deferred1_0;
        let deferred1_1;
        try {
            const ret = wasm.trainer_heldOutText(this.__wbg_ptr, most);
            deferred1_0 = ret[0];
            deferred1_1 = ret[1];
            return getStringFromWasm0(ret[0], ret[1]);
        } finally {
            wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
        }
    }
    /**
     * How much each character of a text but the last bears on the prediction of the last: the length of
     * the gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary
     * lacks is left out.
     * @param {string} text
     * @returns {Float32Array}
     */
    influence(text) {
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_influence(this.__wbg_ptr, ptr0, len0);
        var v2 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v2;
    }
    /**
     * Whether a measurement is under way.
     * @returns {boolean}
     */
    get isEvaluating() {
        const ret = wasm.trainer_isEvaluating(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Whether the present weights are worth a snapshot: they do no worse than blind guessing, tried on
     * the next characters. Costs about a third of a step.
     * @returns {boolean}
     */
    isHealthy() {
        const ret = wasm.trainer_isHealthy(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Whether the newest held-out loss is that of the present weights.
     * @returns {boolean}
     */
    get isMeasured() {
        const ret = wasm.trainer_isMeasured(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Whether the next measurement counts for patience; never without patience. A run that is measured
     * whenever this says so, before it goes on, ends with the same weights however fast the machine is.
     * @returns {boolean}
     */
    get isMeasurementDue() {
        const ret = wasm.trainer_isMeasurementDue(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Whether the newest held-out loss is worse than blind guessing although the training loss was clearly
     * better: the text is known by heart or its end is of another kind, or the network has come to a state
     * that it never leaves, which `stateReset` prevents.
     * @returns {boolean}
     */
    get isWorseThanBlind() {
        const ret = wasm.trainer_isWorseThanBlind(this.__wbg_ptr);
        return ret !== 0;
    }
    /**
     * Makes the next step report how far it moved the weights.
     */
    measureNextUpdate() {
        wasm.trainer_measureNextUpdate(this.__wbg_ptr);
    }
    /**
     * A run with fresh weights on this text. A setting that is left out is as in `defaults()`. Throws
     * `InvalidConfig`, with the setting as `field`, or what is wrong with the text.
     * @param {Partial<Config>} config
     * @param {string} text
     */
    constructor(config, text) {
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_new(config, ptr0, len0);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        TrainerFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * The model as an ONNX file: ids and a state in, logits and the next state out.
     * @returns {Uint8Array}
     */
    onnx() {
        const ret = wasm.trainer_onnx(this.__wbg_ptr);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayU8FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);
        return v1;
    }
    /**
     * How many numbers a shard's part consists of.
     * @param {number} shard
     * @returns {number}
     */
    partLength(shard) {
        const ret = wasm.trainer_partLength(this.__wbg_ptr, shard);
        return ret >>> 0;
    }
    /**
     * Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
     * @param {Sampler} sampler
     * @param {string} prompt
     * @returns {string[]}
     */
    prompt(sampler, prompt) {
        _assertClass(sampler, Sampler);
        const ptr0 = passStringToWasm0(prompt, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_prompt(this.__wbg_ptr, sampler.__wbg_ptr, ptr0, len0);
        var v2 = getArrayJsValueFromWasm0(ret[0], ret[1]);
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v2;
    }
    /**
     * Reads a text with the present weights; `units`: whether the hidden states are wanted.
     * @param {string} text
     * @param {boolean} units
     * @returns {Reading}
     */
    read(text, units) {
        const val2 = +units;
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_read(this.__wbg_ptr, ptr0, len0, val2);
        return ret;
    }
    /**
     * What is being trained, on what.
     * @returns {RunReport}
     */
    report() {
        const ret = wasm.trainer_report(this.__wbg_ptr);
        return ret;
    }
    /**
     * Goes back to a file that this run saved; the settings in force stay.
     * @param {Uint8Array | number[]} weights
     */
    restore(weights) {
        const ptr0 = passArray8ToWasm0(weights, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.trainer_restore(this.__wbg_ptr, ptr0, len0);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * Trains for about `budgetMs` milliseconds and at least one step, and stops early where a measurement is
     * due. Throws `Diverged` when the
     * weights are of no use any more.
     * @param {number} budgetMs
     * @returns {SliceReport}
     */
    run(budgetMs) {
        const ret = wasm.trainer_run(this.__wbg_ptr, budgetMs);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return takeFromExternrefTable0(ret[0]);
    }
    /**
     * The model alone as a safetensors file, without what an exact continuation needs.
     * @returns {Uint8Array}
     */
    saveWeights() {
        const ret = wasm.trainer_saveWeights(this.__wbg_ptr);
        var v1 = getArrayU8FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);
        return v1;
    }
    /**
     * The run as a safetensors file, with all that an exact continuation needs.
     * @returns {Uint8Array}
     */
    save() {
        const ret = wasm.trainer_save(this.__wbg_ptr);
        var v1 = getArrayU8FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);
        return v1;
    }
    /**
     * Into how many shards the batch is cut; at most so many workers can share a step.
     * @returns {number}
     */
    get shards() {
        const ret = wasm.trainer_shards(this.__wbg_ptr);
        return ret >>> 0;
    }
    /**
     * Steps done.
     * @returns {number}
     */
    get step() {
        const ret = wasm.trainer_step(this.__wbg_ptr);
        return ret;
    }
    /**
     * Copies a part that another worker computed, from `from`, beginning at `at`.
     * @param {number} shard
     * @param {number} nats
     * @param {Float32Array} from
     * @param {number} at
     */
    takePart(shard, nats, from, at) {
        wasm.trainer_takePart(this.__wbg_ptr, shard, nats, from, at);
    }
    /**
     * The first characters, at most so many, of the part of the text that is trained on.
     * @param {number} most
     * @returns {string}
     */
    trainingText(most) {
        let deferred1_0;
        let deferred1_1;
        try {
            const ret = wasm.trainer_trainingText(this.__wbg_ptr, most);
            deferred1_0 = ret[0];
            deferred1_1 = ret[1];
            return getStringFromWasm0(ret[0], ret[1]);
        } finally {
            wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
        }
    }
    /**
     * Changes settings between two steps; all of them or, when one is refused, none.
     * @param {Tuning} tuning
     */
    tune(tuning) {
        const ret = wasm.trainer_tune(this.__wbg_ptr, tuning);
        if (ret[1]) {
            throw takeFromExternrefTable0(ret[0]);
        }
    }
    /**
     * As `write`, with the probability of each character and its likeliest alternatives.
     * @param {Sampler} sampler
     * @param {number} characters
     * @returns {Written}
     */
    writeInDetail(sampler, characters) {
        _assertClass(sampler, Sampler);
        const ret = wasm.trainer_writeInDetail(this.__wbg_ptr, sampler.__wbg_ptr, characters);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return takeFromExternrefTable0(ret[0]);
    }
    /**
     * Writes a computed part to `to`, beginning at `at`.
     * @param {number} shard
     * @param {Float32Array} to
     * @param {number} at
     */
    writePart(shard, to, at) {
        wasm.trainer_writePart(this.__wbg_ptr, shard, to, at);
    }
    /**
     * Lets `sampler` write on with the present weights.
     * @param {Sampler} sampler
     * @param {number} characters
     * @returns {string}
     */
    write(sampler, characters) {
        let deferred2_0;
        let deferred2_1;
        try {
            _assertClass(sampler, Sampler);
            const ret = wasm.trainer_write(this.__wbg_ptr, sampler.__wbg_ptr, characters);
            var ptr1 = ret[0];
            var len1 = ret[1];
            if (ret[3]) {
                ptr1 = 0; len1 = 0;
                throw takeFromExternrefTable0(ret[2]);
            }
            deferred2_0 = ptr1;
            deferred2_1 = len1;
            return getStringFromWasm0(ptr1, len1);
        } finally {
            wasm.__wbindgen_free(deferred2_0, deferred2_1, 1);
        }
    }
}
if (Symbol.dispose) Trainer.prototype[Symbol.dispose] = Trainer.prototype.free;

/**
 * The content of a weights file, before it meets a text.
 */
export class Weights {
    __destroy_into_raw() {
        const ptr = this.__wbg_ptr;
        this.__wbg_ptr = 0;
        WeightsFinalization.unregister(this);
        return ptr;
    }
    free() {
        const ptr = this.__destroy_into_raw();
        wasm.__wbg_weights_free(ptr, 0);
    }
    /**
     * How much each character of a text but the last bears on the prediction of the last: the length of
     * the gradient of its `-ln p` with respect to the character's one-hot vector. What the vocabulary
     * lacks is left out.
     * @param {string} text
     * @returns {Float32Array}
     */
    influence(text) {
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_influence(this.__wbg_ptr, ptr0, len0);
        var v2 = getArrayF32FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v2;
    }
    /**
     * Parses a file. Throws `BadWeights` with what is wrong with it.
     * @param {Uint8Array | number[]} file
     */
    constructor(file) {
        const ptr0 = passArray8ToWasm0(file, wasm.__wbindgen_malloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_new(ptr0, len0);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        this.__wbg_ptr = ret[0];
        WeightsFinalization.register(this, this.__wbg_ptr, this);
        return this;
    }
    /**
     * The model as an ONNX file: ids and a state in, logits and the next state out.
     * @returns {Uint8Array}
     */
    onnx() {
        const ret = wasm.weights_onnx(this.__wbg_ptr);
        if (ret[3]) {
            throw takeFromExternrefTable0(ret[2]);
        }
        var v1 = getArrayU8FromWasm0(ret[0], ret[1]).slice();
        wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);
        return v1;
    }
    /**
     * Makes `sampler` read `prompt` anew; returns the symbols that it had to skip.
     * @param {Sampler} sampler
     * @param {string} prompt
     * @returns {string[]}
     */
    prompt(sampler, prompt) {
        _assertClass(sampler, Sampler);
        const ptr0 = passStringToWasm0(prompt, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_prompt(this.__wbg_ptr, sampler.__wbg_ptr, ptr0, len0);
        var v2 = getArrayJsValueFromWasm0(ret[0], ret[1]);
        wasm.__wbindgen_free(ret[0], ret[1] * 4, 4);
        return v2;
    }
    /**
     * Reads a text with the present weights; `units`: whether the hidden states are wanted.
     * @param {string} text
     * @param {boolean} units
     * @returns {Reading}
     */
    read(text, units) {
        const val2 = +units;
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_read(this.__wbg_ptr, ptr0, len0, val2);
        return ret;
    }
    /**
     * What the file holds, and how `text` compares with the one that it was learning.
     * @param {string | null} [text]
     * @returns {WeightsReport}
     */
    report(text) {
        var ptr0 = isLikeNone(text) ? 0 : passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        var len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_report(this.__wbg_ptr, ptr0, len0);
        return ret;
    }
    /**
     * Trains on: exactly, when it is the same text, else from these weights. Throws `UnknownSymbols`,
     * with `symbols` and `occurrences`, when the text holds some and `unknown` is not given.
     * @param {string} text
     * @param {UnknownSymbols | null} [unknown]
     * @returns {Trainer}
     */
    resume(text, unknown) {
        const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        const len0 = WASM_VECTOR_LEN;
        const ret = wasm.weights_resume(this.__wbg_ptr, ptr0, len0, unknown);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return Trainer.__wrap(ret[0]);
    }
    /**
     * As `write`, with the probability of each character and its likeliest alternatives.
     * @param {Sampler} sampler
     * @param {number} characters
     * @returns {Written}
     */
    writeInDetail(sampler, characters) {
        _assertClass(sampler, Sampler);
        const ret = wasm.weights_writeInDetail(this.__wbg_ptr, sampler.__wbg_ptr, characters);
        if (ret[2]) {
            throw takeFromExternrefTable0(ret[1]);
        }
        return takeFromExternrefTable0(ret[0]);
    }
    /**
     * Lets `sampler` write on with the present weights.
     * @param {Sampler} sampler
     * @param {number} characters
     * @returns {string}
     */
    write(sampler, characters) {
        let deferred2_0;
        let deferred2_1;
        try {
            _assertClass(sampler, Sampler);
            const ret = wasm.weights_write(this.__wbg_ptr, sampler.__wbg_ptr, characters);
            var ptr1 = ret[0];
            var len1 = ret[1];
            if (ret[3]) {
                ptr1 = 0; len1 = 0;
                throw takeFromExternrefTable0(ret[2]);
            }
            deferred2_0 = ptr1;
            deferred2_1 = len1;
            return getStringFromWasm0(ptr1, len1);
        } finally {
            wasm.__wbindgen_free(deferred2_0, deferred2_1, 1);
        }
    }
}
if (Symbol.dispose) Weights.prototype[Symbol.dispose] = Weights.prototype.free;

/**
 * The settings that a new visitor finds.
 * @returns {Config}
 */
export function defaults() {
    const ret = wasm.defaults();
    return ret;
}

/**
 * What a person should know of a text before it is learned. Its line ends are newlines and its byte-order mark is gone.
 * @param {string} text
 * @returns {TextFacts}
 */
export function factsOf(text) {
    const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    const ret = wasm.factsOf(ptr0, len0);
    return ret;
}

/**
 * What the network of a configuration consists of, for a text of so many symbols. A setting that is left out
 * is as in `defaults()`. Throws `InvalidConfig`.
 * @param {Partial<Config>} config
 * @param {number} symbols
 * @returns {ModelSummary}
 */
export function summarize(config, symbols) {
    const ret = wasm.summarize(config, symbols);
    if (ret[2]) {
        throw takeFromExternrefTable0(ret[1]);
    }
    return takeFromExternrefTable0(ret[0]);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_Error_208446807d0d1e30: function(arg0, arg1) {
            const ret = Error(getStringFromWasm0(arg0, arg1));
            return ret;
        },
        __wbg_Number_ff192a72a0dcdf6d: function(arg0) {
            const ret = Number(arg0);
            return ret;
        },
        __wbg___wbindgen_boolean_get_4f1baf9a00be3c74: function(arg0) {
            const v = arg0;
            const ret = typeof(v) === 'boolean' ? v : undefined;
            return isLikeNone(ret) ? 0xFFFFFF : ret ? 1 : 0;
        },
        __wbg___wbindgen_is_null_c22311b1cc228e3a: function(arg0) {
            const ret = arg0 === null;
            return ret;
        },
        __wbg___wbindgen_is_undefined_be5b34249ff1fc15: function(arg0) {
            const ret = arg0 === undefined;
            return ret;
        },
        __wbg___wbindgen_number_get_934b640d0889af78: function(arg0, arg1) {
            const obj = arg1;
            const ret = typeof(obj) === 'number' ? obj : undefined;
            getDataViewMemory0().setFloat64((arg0 >>> 0) + 8 * 1, isLikeNone(ret) ? 0 : ret, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, !isLikeNone(ret), true);
        },
        __wbg___wbindgen_string_get_7ce8eee7fd327545: function(arg0, arg1) {
            const obj = arg1;
            const ret = typeof(obj) === 'string' ? obj : undefined;
            var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            var len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
        },
        __wbg___wbindgen_throw_4c88d8bf264fd984: function(arg0, arg1) {
            throw new Error(getStringFromWasm0(arg0, arg1));
        },
        __wbg_error_d1fc0193610e0e39: function(arg0) {
            console.error(arg0);
        },
        __wbg_fromCodePoint_84793ae8d520c4b9: function() { return handleError(function (arg0) {
            const ret = String.fromCodePoint(arg0 >>> 0);
            return ret;
        }, arguments); },
        __wbg_get_2080c49015e35254: function() { return handleError(function (arg0, arg1) {
            const ret = Reflect.get(arg0, arg1);
            return ret;
        }, arguments); },
        __wbg_get_unchecked_e6325ad374eff861: function(arg0, arg1) {
            const ret = arg0[arg1 >>> 0];
            return ret;
        },
        __wbg_instanceof_Object_97e16a01fd368661: function(arg0) {
            let result;
            try {
                result = arg0 instanceof Object;
            } catch (_) {
                result = false;
            }
            const ret = result;
            return ret;
        },
        __wbg_keys_105f5c0857898f84: function(arg0) {
            const ret = Object.keys(arg0);
            return ret;
        },
        __wbg_length_5a8bb8abe1e54e15: function(arg0) {
            const ret = arg0.length;
            return ret;
        },
        __wbg_length_6e9d2869242cabf3: function(arg0) {
            const ret = arg0.length;
            return ret;
        },
        __wbg_length_b03a0fabb109b1e9: function(arg0) {
            const ret = arg0.length;
            return ret;
        },
        __wbg_new_37eb45aaf5eeb820: function() {
            const ret = new Array();
            return ret;
        },
        __wbg_new_787b9fb330d55d78: function(arg0, arg1) {
            const ret = new Error(getStringFromWasm0(arg0, arg1));
            return ret;
        },
        __wbg_new_cd4348290afae586: function() {
            const ret = new Object();
            return ret;
        },
        __wbg_new_from_slice_355c10c5d8f2addb: function(arg0, arg1) {
            const ret = new Float32Array(getArrayF32FromWasm0(arg0, arg1));
            return ret;
        },
        __wbg_now_de3f5fd7a3a80e3f: function() {
            const ret = performance.now();
            return ret;
        },
        __wbg_parseFloat_6d11e81b724101c8: function(arg0, arg1) {
            const ret = Number.parseFloat(getStringFromWasm0(arg0, arg1));
            return ret;
        },
        __wbg_prototypesetcall_22b1bb88c4ec5c5a: function(arg0, arg1, arg2) {
            Float32Array.prototype.set.call(getArrayF32FromWasm0(arg0, arg1), arg2);
        },
        __wbg_set_2793479888329cb6: function() { return handleError(function (arg0, arg1, arg2) {
            const ret = Reflect.set(arg0, arg1, arg2);
            return ret;
        }, arguments); },
        __wbg_set_59dc36dce85e2698: function(arg0, arg1, arg2) {
            arg0.set(getArrayF64FromWasm0(arg1, arg2));
        },
        __wbg_set_d0e2abd6ed08e04c: function(arg0, arg1, arg2) {
            arg0.set(getArrayF32FromWasm0(arg1, arg2));
        },
        __wbg_set_d2d33b52458e984a: function(arg0, arg1, arg2) {
            arg0[arg1 >>> 0] = arg2;
        },
        __wbg_set_e4b9a833d288759a: function(arg0, arg1, arg2) {
            arg0[arg1] = arg2;
        },
        __wbg_set_name_822e3903f3184979: function(arg0, arg1, arg2) {
            arg0.name = getStringFromWasm0(arg1, arg2);
        },
        __wbg_subarray_7343a34544ab34ea: function(arg0, arg1, arg2) {
            const ret = arg0.subarray(arg1 >>> 0, arg2 >>> 0);
            return ret;
        },
        __wbindgen_generic_0000000000000001: function(arg0) {
            // Cast intrinsic for `F64 -> Externref`.
            const ret = arg0;
            return ret;
        },
        __wbindgen_generic_0000000000000002: function(arg0, arg1) {
            // Cast intrinsic for `Ref(String) -> Externref`.
            const ret = getStringFromWasm0(arg0, arg1);
            return ret;
        },
        __wbindgen_generic_0000000000000003: function(arg0) {
            // Cast intrinsic for `U64 -> Externref`.
            const ret = BigInt.asUintN(64, arg0);
            return ret;
        },
        __wbindgen_init_externref_table: function() {
            const table = wasm.__wbindgen_externrefs;
            table.set(0, undefined);
            table.set(1024, undefined);
            table.set(1025, null);
            table.set(1026, true);
            table.set(1027, false);
        },
    };
    return {
        __proto__: null,
        "./babble_bg.js": import0,
    };
}

const FingerprintFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_fingerprint_free(ptr, 1));
const SamplerFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_sampler_free(ptr, 1));
const TrainerFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_trainer_free(ptr, 1));
const WeightsFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_weights_free(ptr, 1));

function addToExternrefTable0(obj) {
    const idx = wasm.__externref_table_alloc();
    wasm.__wbindgen_externrefs.set(idx, obj);
    return idx;
}

function _assertClass(instance, klass) {
    if (!(instance instanceof klass)) {
        throw new Error(`expected instance of ${klass.name}`);
    }
}

function getArrayF32FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getFloat32ArrayMemory0().subarray(ptr / 4, ptr / 4 + len);
}

function getArrayF64FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getFloat64ArrayMemory0().subarray(ptr / 8, ptr / 8 + len);
}

function getArrayJsValueFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    const mem = getDataViewMemory0();
    const result = [];
    for (let i = ptr; i < ptr + 4 * len; i += 4) {
        result.push(wasm.__wbindgen_externrefs.get(mem.getUint32(i, true)));
    }
    wasm.__externref_drop_slice(ptr, len);
    return result;
}

function getArrayU8FromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len);
}

let cachedDataViewMemory0 = null;
function getDataViewMemory0() {
    if (cachedDataViewMemory0 === null || cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && cachedDataViewMemory0.buffer !== wasm.memory.buffer)) {
        cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    }
    return cachedDataViewMemory0;
}

let cachedFloat32ArrayMemory0 = null;
function getFloat32ArrayMemory0() {
    if (cachedFloat32ArrayMemory0 === null || cachedFloat32ArrayMemory0.byteLength === 0) {
        cachedFloat32ArrayMemory0 = new Float32Array(wasm.memory.buffer);
    }
    return cachedFloat32ArrayMemory0;
}

let cachedFloat64ArrayMemory0 = null;
function getFloat64ArrayMemory0() {
    if (cachedFloat64ArrayMemory0 === null || cachedFloat64ArrayMemory0.byteLength === 0) {
        cachedFloat64ArrayMemory0 = new Float64Array(wasm.memory.buffer);
    }
    return cachedFloat64ArrayMemory0;
}

function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
        cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    }
    return cachedUint8ArrayMemory0;
}

function handleError(f, args) {
    try {
        return f.apply(this, args);
    } catch (e) {
        const idx = addToExternrefTable0(e);
        wasm.__wbindgen_exn_store(idx);
    }
}

function isLikeNone(x) {
    return x === undefined || x === null;
}

function passArray8ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 1, 1) >>> 0;
    getUint8ArrayMemory0().set(arg, ptr / 1);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passArrayF32ToWasm0(arg, malloc) {
    const ptr = malloc(arg.length * 4, 4) >>> 0;
    getFloat32ArrayMemory0().set(arg, ptr / 4);
    WASM_VECTOR_LEN = arg.length;
    return ptr;
}

function passStringToWasm0(arg, malloc, realloc) {
    if (realloc === undefined) {
        const buf = cachedTextEncoder.encode(arg);
        const ptr = malloc(buf.length, 1) >>> 0;
        getUint8ArrayMemory0().subarray(ptr, ptr + buf.length).set(buf);
        WASM_VECTOR_LEN = buf.length;
        return ptr;
    }

    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;

    const mem = getUint8ArrayMemory0();

    let offset = 0;

    for (; offset < len; offset++) {
        const code = arg.charCodeAt(offset);
        if (code > 0x7F) break;
        mem[ptr + offset] = code;
    }
    if (offset !== len) {
        if (offset !== 0) {
            arg = arg.slice(offset);
        }
        ptr = realloc(ptr, len, len = offset + arg.length * 3, 1) >>> 0;
        const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
        const ret = cachedTextEncoder.encodeInto(arg, view);

        offset += ret.written;
        ptr = realloc(ptr, len, offset, 1) >>> 0;
    }

    WASM_VECTOR_LEN = offset;
    return ptr;
}

function takeFromExternrefTable0(idx) {
    const value = wasm.__wbindgen_externrefs.get(idx);
    wasm.__externref_table_dealloc(idx);
    return value;
}

let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
    numBytesDecoded += bytes.length;
    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
        cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
        cachedTextDecoder.decode();
        numBytesDecoded = bytes.length;
    }
    return cachedTextDecoder.decode(bytes);
}

const cachedTextEncoder = new TextEncoder();

if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}

let WASM_VECTOR_LEN = 0;

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
    wasmInstance = instance;
    wasm = instance.exports;
    wasmModule = module;
    cachedDataViewMemory0 = null;
    cachedFloat32ArrayMemory0 = null;
    cachedFloat64ArrayMemory0 = null;
    cachedUint8ArrayMemory0 = null;
    wasm.__wbindgen_start();
    return wasm;
}

async function __wbg_load(module, imports) {
    if (typeof Response === 'function' && module instanceof Response) {
        if (!module.ok) {
            throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
        }

        if (typeof WebAssembly.instantiateStreaming === 'function') {
            try {
                return await WebAssembly.instantiateStreaming(module, imports);
            } catch (e) {
                const validResponse = expectedResponseType(module.type);

                if (validResponse && module.headers.get('Content-Type') !== 'application/wasm') {
                    console.warn("`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n", e);

                } else { throw e; }
            }
        }

        const bytes = await module.arrayBuffer();
        return await WebAssembly.instantiate(bytes, imports);
    } else {
        const instance = await WebAssembly.instantiate(module, imports);

        if (instance instanceof WebAssembly.Instance) {
            return { instance, module };
        } else {
            return instance;
        }
    }

    function expectedResponseType(type) {
        switch (type) {
            case 'basic': case 'cors': case 'default': return true;
        }
        return false;
    }
}

function initSync(module) {
    if (wasm !== undefined) return wasm;


    if (module !== undefined) {
        if (Object.getPrototypeOf(module) === Object.prototype) {
            ({module} = module)
        } else {
            console.warn('using deprecated parameters for `initSync()`; pass a single object instead')
        }
    }

    const imports = __wbg_get_imports();
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
    const instance = new WebAssembly.Instance(module, imports);
    return __wbg_finalize_init(instance, module);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path) {
    if (wasm !== undefined) return wasm;
    if (__wbg_init_promise === undefined) {
        __wbg_init_promise = __wbg_init_once(module_or_path);
        __wbg_init_promise.catch(() => { __wbg_init_promise = undefined; });
    }
    return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path) {

    if (module_or_path !== undefined) {
        if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
            ({module_or_path} = module_or_path)
        } else {
            console.warn('using deprecated parameters for the initialization function; pass a single object instead')
        }
    }

    if (module_or_path === undefined) {
        module_or_path = new URL('babble_fused_bg.wasm', import.meta.url);
    }
    const imports = __wbg_get_imports();

    if (typeof module_or_path === 'string' || (typeof Request === 'function' && module_or_path instanceof Request) || (typeof URL === 'function' && module_or_path instanceof URL)) {
        module_or_path = fetch(module_or_path);
    }

    const { instance, module } = await __wbg_load(await module_or_path, imports);

    return __wbg_finalize_init(instance, module);
}

export { initSync, __wbg_init as default };

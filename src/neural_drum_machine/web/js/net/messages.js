/**
 * The messages between the page and the server, as types. There is no code in this file.
 *
 * scripts/build_message_types generates it from the dataclasses in server/protocol: do not edit it.
 */

/**
 * @typedef {object} HelloRequest
 * @property {"hello"} type
 */

/**
 * @typedef {object} PingRequest
 * @property {"ping"} type
 * @property {number} n
 */

/**
 * @typedef {object} StatusRequest
 * @property {"status"} type
 */

/**
 * @typedef {object} PadMapRequest
 * @property {"pad_map"} type
 * @property {number} id
 * @property {string} category
 */

/**
 * @typedef {object} OwnRequest
 * @property {"own"} type
 * @property {number} id
 */

/**
 * @typedef {object} DescribeRequest
 * @property {"describe"} type
 * @property {number} id
 * @property {number} of
 */

/**
 * @typedef {object} LayersRequest
 * @property {"layers"} type
 * @property {number} id
 * @property {number} of
 * @property {number} [length]
 * @property {number} [hits]
 * @property {number} [amount]
 * @property {number} [seed]
 * @property {number} [channels]
 */

/**
 * @typedef {object} AxisRequest
 * @property {"axis"} type
 * @property {number} id
 * @property {string} name
 * @property {number[]} more
 * @property {number[]} less
 */

/**
 * @typedef {object} KitRequest
 * @property {"kit"} type
 * @property {number} id
 * @property {string} [style]
 * @property {number} [like]
 * @property {number} [voices]
 * @property {number} [seed]
 * @property {number} [wild]
 */

/**
 * @typedef {object} KitVaryRequest
 * @property {"kit_vary"} type
 * @property {number} id
 * @property {KitContent} kit
 * @property {number} [amount]
 * @property {number} [seed]
 */

/**
 * @typedef {object} KitSwapRequest
 * @property {"kit_swap"} type
 * @property {number} id
 * @property {KitContent} kit
 * @property {string} voice
 * @property {number} [seed]
 * @property {number} [wild]
 */

/**
 * @typedef {object} StylesRequest
 * @property {"styles"} type
 * @property {number} id
 */

/**
 * @typedef {object} GrooveImportRequest
 * @property {"groove_import"} type
 * @property {number} id
 * @property {string} [name]
 * @property {number} [channel]
 * @property {number} [track]
 */

/**
 * @typedef {object} GrooveExportRequest
 * @property {"groove_export"} type
 * @property {number} id
 * @property {GrooveContent} groove
 */

/**
 * @typedef {object} HumanizeRequest
 * @property {"humanize"} type
 * @property {number} id
 * @property {KitContent} kit
 * @property {GrooveContent} groove
 * @property {number} [amount]
 * @property {number} [bars]
 * @property {number} [seed]
 * @property {number} [rate]
 * @property {string} [bits]
 * @property {boolean} [stems]
 * @property {string} [missing]
 */

/**
 * @typedef {object} ExportKitRequest
 * @property {"export_kit"} type
 * @property {number} id
 * @property {KitContent} kit
 * @property {string} format
 * @property {number} [layers]
 * @property {number} [round_robins]
 * @property {number} [rate]
 * @property {string} [bits]
 * @property {string} [normalise]
 * @property {boolean} [trim]
 * @property {boolean} [bake_mix]
 */

/**
 * @typedef {object} CancelRequest
 * @property {"cancel"} type
 * @property {number} id
 * @property {number} of
 */

/**
 * @typedef {object} LibraryRequest
 * @property {"library"} type
 * @property {number} id
 */

/**
 * @typedef {object} LibraryMapRequest
 * @property {"library_map"} type
 * @property {number} id
 * @property {number} [first]
 */

/**
 * @typedef {object} LibraryFindRequest
 * @property {"library_find"} type
 * @property {number} id
 * @property {string} [among]
 * @property {string} [pitch_range]
 * @property {string} [decay_range]
 * @property {string} [brightness_range]
 * @property {string} [attack_range]
 * @property {string} [noisiness_range]
 * @property {string} [loudness_range]
 * @property {string} [length_range]
 */

/**
 * @typedef {object} LibraryNearRequest
 * @property {"library_near"} type
 * @property {number} id
 * @property {number} sound
 * @property {number} [count]
 * @property {string} [among]
 */

/**
 * @typedef {object} LibraryLikeRequest
 * @property {"library_like"} type
 * @property {number} id
 * @property {string} category
 * @property {number[]} code
 * @property {number} [take]
 * @property {string} [to]
 * @property {number} [t]
 * @property {number[]} [exemplars]
 * @property {number} [blend]
 * @property {number} [count]
 * @property {string} [among]
 */

/**
 * @typedef {object} LibraryAudioRequest
 * @property {"library_audio"} type
 * @property {number} id
 * @property {number} sound
 * @property {number} [channels]
 */

/**
 * @typedef {object} LibraryTakeRequest
 * @property {"library_take"} type
 * @property {number} id
 * @property {number} sound
 * @property {string} [category]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {number} [channels]
 */

/**
 * @typedef {object} LibraryBetweenRequest
 * @property {"library_between"} type
 * @property {number} id
 * @property {number[]} sounds
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {number} [channels]
 */

/**
 * @typedef {object} GenerateRequest
 * @property {"generate"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {string} category
 * @property {number} p1
 * @property {number} p2
 * @property {number} p3
 * @property {number} [range]
 * @property {number} [seed]
 * @property {number} [wild]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 */

/**
 * @typedef {object} RandomRequest
 * @property {"random"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {string} category
 * @property {number} [seed]
 * @property {number} [wild]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 */

/**
 * @typedef {object} VariationRequest
 * @property {"variation"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {number} of
 * @property {number} amount
 * @property {number} [seed]
 * @property {number} [wild]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 */

/**
 * @typedef {object} BendRequest
 * @property {"bend"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {number} of
 * @property {number} p1
 * @property {number} p2
 * @property {number} p3
 * @property {number} [range]
 * @property {string} [to]
 * @property {number} [t]
 * @property {number} [blend]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 */

/**
 * @typedef {object} EncodeRequest
 * @property {"encode"} type
 * @property {number} id
 * @property {number} of
 * @property {string} [category]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {number} [channels]
 */

/**
 * @typedef {object} UploadRequest
 * @property {"upload"} type
 * @property {number} id
 * @property {string} [category]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {string} [name]
 * @property {number} [channels]
 */

/**
 * @typedef {object} RecallRequest
 * @property {"recall"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {string} category
 * @property {number[]} code
 * @property {number} [seed]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {string} [to]
 * @property {number} [t]
 * @property {number[]} [exemplars]
 * @property {number} [blend]
 * @property {AxisStep[]} [axes]
 * @property {string} [engine]
 */

/**
 * @typedef {object} MoveRequest
 * @property {"move"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {string} category
 * @property {number[]} code
 * @property {number} p1
 * @property {number} p2
 * @property {number} p3
 * @property {number} [range]
 * @property {number} [seed]
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {string} [to]
 * @property {number} [t]
 * @property {number[]} [exemplars]
 * @property {number} [blend]
 * @property {AxisStep[]} [axes]
 */

/**
 * @typedef {object} MorphRequest
 * @property {"morph"} type
 * @property {number} [pitch]
 * @property {number} [sweep]
 * @property {number} [decay]
 * @property {number} [attack]
 * @property {number} [brightness]
 * @property {number} [noisiness]
 * @property {number} [body]
 * @property {number} [air]
 * @property {number} [loudness]
 * @property {number} [velocity]
 * @property {number} [channels]
 * @property {number} id
 * @property {string} category
 * @property {number[]} code
 * @property {string} to
 * @property {number[]} to_code
 * @property {number} t
 * @property {number} [take]
 * @property {string} [inverter]
 * @property {number} [length]
 * @property {number[]} [exemplars]
 * @property {number[]} [to_exemplars]
 * @property {number} [blend]
 */

/**
 * @typedef {object} HelloReply
 * @property {"hello"} type
 * @property {number} protocol
 * @property {string} program
 * @property {string} model
 * @property {string} hash
 * @property {number} sr
 * @property {number} length
 * @property {string[]} categories
 * @property {Record<string, string[]>} axes
 * @property {number[]} ranges
 * @property {string[]} inverters
 * @property {Limits} limits
 * @property {Record<string, string|boolean|number|[number, number]>[]} [qualities]
 * @property {Record<string, Record<string, [number, number, number]>>} wishes
 * @property {string[]} engines
 * @property {number} [width]
 */

/**
 * @typedef {object} PongReply
 * @property {"pong"} type
 * @property {number} n
 */

/**
 * @typedef {object} StatusReply
 * @property {"status"} type
 * @property {number} seconds
 * @property {number} received
 * @property {number} answered
 * @property {number} superseded
 * @property {number} errors
 * @property {number} bad
 * @property {number} late
 * @property {number} waiting
 * @property {number} clients
 * @property {number} p50
 * @property {number} p95
 */

/**
 * @typedef {object} PadMapReply
 * @property {"pad_map"} type
 * @property {number} id
 * @property {string} category
 * @property {number[][]} brightness
 * @property {number[][]} decay
 */

/**
 * @typedef {object} OwnReply
 * @property {"own"} type
 * @property {number} id
 * @property {number} number
 */

/**
 * @typedef {object} AxisReply
 * @property {"axis"} type
 * @property {number} id
 * @property {TaughtAxis} axis
 */

/**
 * @typedef {object} KitReply
 * @property {"kit"} type
 * @property {number} id
 * @property {KitContent} kit
 */

/**
 * @typedef {object} StylesReply
 * @property {"styles"} type
 * @property {number} id
 * @property {GrooveContent[]} grooves
 * @property {string[]} kits
 * @property {Record<string, string>} formats
 */

/**
 * @typedef {object} GrooveReply
 * @property {"groove"} type
 * @property {number} id
 * @property {GrooveContent} groove
 * @property {string[]} notes
 */

/**
 * @typedef {object} ProgressReply
 * @property {"progress"} type
 * @property {number} id
 * @property {string} stage
 * @property {number} done
 * @property {number} total
 */

/**
 * @typedef {object} CancelReply
 * @property {"cancel"} type
 * @property {number} id
 * @property {number} of
 * @property {boolean} found
 */

/**
 * @typedef {object} ValuesReply
 * @property {"values"} type
 * @property {number} id
 * @property {number} of
 * @property {string} category
 * @property {Record<string, number>} values
 */

/**
 * @typedef {object} LibraryReply
 * @property {"library"} type
 * @property {number} id
 * @property {number} sounds
 * @property {Record<string, number>} categories
 * @property {string} layout
 * @property {number} version
 * @property {string} sentence
 * @property {string} command
 */

/**
 * @typedef {object} LibraryNearReply
 * @property {"library_near"} type
 * @property {number} id
 * @property {number[]} sounds
 * @property {number[]} distances
 */

/**
 * @typedef {object} SupersededReply
 * @property {"superseded"} type
 * @property {number} id
 * @property {number} by
 */

/**
 * @typedef {object} ErrorReply
 * @property {"error"} type
 * @property {number} id
 * @property {"bad-message"|"out-of-range"|"unknown-category"|"unknown-inverter"|"unknown-sound"|"bad-audio"|"library"|"incomplete"|"busy"|"disk"|"cancelled"|"closing"|"internal"} code
 * @property {string} sentence
 */

/**
 * @typedef {object} LibraryMapReply
 * @property {"library_map"} type
 * @property {number} id
 * @property {number} first
 * @property {number} total
 * @property {number} version
 * @property {string[]} categories
 * @property {string[]} names
 * @property {string[]} kits
 */

/**
 * @typedef {object} LibraryFindReply
 * @property {"library_find"} type
 * @property {number} id
 * @property {number} total
 */

/**
 * @typedef {object} LibraryAudioReply
 * @property {"library_audio"} type
 * @property {number} id
 * @property {number} sr
 * @property {number} left_out
 * @property {number} channels
 */

/**
 * @typedef {object} LayerSamplesReply
 * @property {"layers"} type
 * @property {number} id
 * @property {number} of
 * @property {number} samples
 * @property {number} sr
 * @property {number} channels
 * @property {number[]} velocities
 */

/**
 * @typedef {object} MadeFileReply
 * @property {"file"} type
 * @property {number} id
 * @property {string} name
 * @property {string[]} notes
 */

/**
 * @typedef {object} Limits
 * @property {number} takes
 * @property {number} recent_sounds
 * @property {number} waiting
 * @property {number} audio_bytes
 * @property {number} amount
 * @property {number} wild
 * @property {number} control
 * @property {[number, number]} length_ms
 */

/**
 * The content of an axis's file, and a step along an axis.
 * @typedef {object} TaughtAxis
 * @property {number} neural_drum_machine_axis
 * @property {string} name
 * @property {string} model
 * @property {number} order
 * @property {Record<string, number>} step
 * @property {number} middle
 * @property {number[]} code
 * @property {[string, string][]} more
 * @property {[string, string][]} less
 */
/** @typedef {{axis: TaughtAxis, amount: number}} AxisStep */

/**
 * The content of a kit's file.
 * @typedef {object} KitContent
 * @property {number} neural_drum_machine_kit
 * @property {string} name
 * @property {string} model
 * @property {Record<string, number>} style
 * @property {object[]} voices
 */

/**
 * A stroke of a groove; what is absent has its default.
 * @typedef {object} GrooveStep
 * @property {number} beat in quarter notes, before swing
 * @property {number} note
 * @property {number} [velocity] 100
 * @property {number} [length] quarter notes that its ratchets share: 0.25
 * @property {number} [probability] 1
 * @property {number} [ratchet] 1
 * @property {number} [flam_ms] 0
 * @property {number} [nudge_ms] 0
 */
/**
 * The content of a groove's file.
 * @typedef {object} GrooveContent
 * @property {number} neural_drum_machine_groove
 * @property {string} name
 * @property {number} beats
 * @property {[number, number][]} tempo place and quarter notes a minute
 * @property {[number, number]} meter
 * @property {number} swing
 * @property {number} swing_unit
 * @property {GrooveStep[]} steps
 */

/**
 * @typedef {object} Along
 * @property {AxisStep[]} axes
 * @property {number[]} code
 * @property {Record<string, number>} wish
 */

/**
 * @typedef {object} Recording
 * @property {string} name
 * @property {string} source
 * @property {string} licence
 * @property {string} attribution
 */

/**
 * @typedef {object} SoundHeader
 * @property {"sound"} type
 * @property {number} id
 * @property {number} ms
 * @property {number} peak
 * @property {number} samples
 * @property {number} sr
 * @property {number} length
 * @property {string} category
 * @property {number} seed
 * @property {number} p1
 * @property {number} p2
 * @property {number} p3
 * @property {string} inverter
 * @property {number} wild
 * @property {number} take
 * @property {number[]} code
 * @property {string|null} to
 * @property {number} t
 * @property {number|null} fidelity
 * @property {number[]} [exemplars]
 * @property {Recording[]} [recordings]
 * @property {number} [channels] 1 if it is absent
 * @property {number} [blend]
 * @property {Record<string, number>} [wish]
 * @property {number} [velocity] 127 if it is absent
 * @property {string} [engine] reference if it is absent
 * @property {Along} [along]
 * @property {string} [own] in base64, for an upload
 * @property {number} original samples of the original that follow
 * @property {number} [left_out]
 * @property {string[]} [notes]
 */

/**
 * Requests by their type.
 * @typedef {object} Requests
 * @property {HelloRequest} hello
 * @property {PingRequest} ping
 * @property {StatusRequest} status
 * @property {PadMapRequest} pad_map
 * @property {OwnRequest} own
 * @property {DescribeRequest} describe
 * @property {LayersRequest} layers
 * @property {AxisRequest} axis
 * @property {KitRequest} kit
 * @property {KitVaryRequest} kit_vary
 * @property {KitSwapRequest} kit_swap
 * @property {StylesRequest} styles
 * @property {GrooveImportRequest} groove_import
 * @property {GrooveExportRequest} groove_export
 * @property {HumanizeRequest} humanize
 * @property {ExportKitRequest} export_kit
 * @property {CancelRequest} cancel
 * @property {LibraryRequest} library
 * @property {LibraryMapRequest} library_map
 * @property {LibraryFindRequest} library_find
 * @property {LibraryNearRequest} library_near
 * @property {LibraryLikeRequest} library_like
 * @property {LibraryAudioRequest} library_audio
 * @property {LibraryTakeRequest} library_take
 * @property {LibraryBetweenRequest} library_between
 * @property {GenerateRequest} generate
 * @property {RandomRequest} random
 * @property {VariationRequest} variation
 * @property {BendRequest} bend
 * @property {EncodeRequest} encode
 * @property {UploadRequest} upload
 * @property {RecallRequest} recall
 * @property {MoveRequest} move
 * @property {MorphRequest} morph
 */

/** @typedef {HelloReply | PongReply | StatusReply | PadMapReply | OwnReply | AxisReply | KitReply | StylesReply | GrooveReply | ProgressReply | CancelReply | ValuesReply | LibraryReply | LibraryNearReply | SupersededReply | ErrorReply} Reply */

export {};

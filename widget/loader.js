// Takeroot's rules as WebAssembly, made by `cargo xtask pack`: deflated, in base64, between its bindings.
define([], function () {
  'use strict';

  var DEFLATED = '__DEFLATED__';

  __BINDINGS__

  var opening = null;

  function decoded() {
    if (typeof Uint8Array.fromBase64 === 'function') {
      return Uint8Array.fromBase64(DEFLATED);
    }
    var text = atob(DEFLATED);
    var bytes = new Uint8Array(text.length);
    for (var at = 0; at < text.length; at += 1) {
      bytes[at] = text.charCodeAt(at);
    }
    return bytes;
  }

  // A typed answer is compiled while it is being inflated.
  function inflated() {
    var stream = new Blob([decoded()]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return new Response(stream, { headers: { 'Content-Type': 'application/wasm' } });
  }

  return {
    // Whether the browser can open it at all.
    isSupported: function () {
      return typeof DecompressionStream === 'function' && typeof WebAssembly === 'object';
    },
    // A promise of the bindings, the same for everyone.
    open: function () {
      opening = opening || Promise.resolve().then(inflated).then(function (answer) {
        return wasm_bindgen({ module_or_path: answer });
      }).then(function () {
        return wasm_bindgen;
      });
      return opening;
    }
  };
});

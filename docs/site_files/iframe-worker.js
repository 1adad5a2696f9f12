// A worker for pages that were opened as files. A browser refuses `new Worker("file:...")`, and the site's search runs
// in one. This class has a worker's interface and runs the script in a hidden frame. The theme's search looks for the
// name IFrameWorker in the frame's parent.
class IFrameWorker extends EventTarget {
  onmessage = null;

  constructor(url) {
    super();
    this.frame = document.createElement("iframe");
    this.frame.hidden = true;
    document.body.append(this.frame);
    this.inside = this.frame.contentWindow;
    this.inside.postMessage = (data) => this.receive(data);
    this.inside.importScripts = async (...urls) => {
      for (const each of urls) await this.load(each);
    };
    this.ready = this.load(new URL(url, document.baseURI).href);
  }

  load(url) {
    const script = this.inside.document.createElement("script");
    const done = new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${url}: expected a script, cannot load it; build the site again`));
    });
    script.src = url;
    this.inside.document.body.append(script);
    return done;
  }

  // from the page to the script
  async postMessage(data) {
    await this.ready;
    this.inside.dispatchEvent(new this.inside.MessageEvent("message", { data }));
  }

  // from the script to the page
  receive(data) {
    const event = new MessageEvent("message", { data });
    this.dispatchEvent(event);
    this.onmessage?.(event);
  }

  terminate() {
    this.frame.remove();
  }
}

if (location.protocol === "file:") {
  window.IFrameWorker = IFrameWorker;
  window.Worker = IFrameWorker;
}

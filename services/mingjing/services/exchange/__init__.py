"""前置交换: cases fetched where agencies put them: tables that are polled, folders that are watched, change events."""
